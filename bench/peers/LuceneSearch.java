import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.en.EnglishAnalyzer;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.StringField;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.MMapDirectory;

/**
 * Lucene as it is by default (BM25, block-max WAND, one segment, mapped into memory) for search.bench.ts.
 *
 * Arguments: a file with a document a line, a file with a query a line, a folder for the index, how many hits. Prints a line
 * of JSON when the index is built, and another for every line "round" that it reads: CPU time of the searching thread for
 * each query and wall time at the 99th of 100.
 */
public final class LuceneSearch {
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  public static void main(String[] args) throws IOException {
    long start = THREADS.getCurrentThreadCpuTime();
    Path folder = Path.of(args[2]);
    int limit = Integer.parseInt(args[3]);
    try (Analyzer analyzer = new EnglishAnalyzer(); Directory directory = new MMapDirectory(folder)) {
      build(Path.of(args[0]), directory, analyzer);
      double seconds = (THREADS.getCurrentThreadCpuTime() - start) / 1e9;
      System.out.println("{\"buildSeconds\":" + seconds + ",\"bytes\":" + bytesOf(folder) + "}");
      List<Query> queries = new ArrayList<>();
      for (String line : Files.readAllLines(Path.of(args[1]))) queries.add(queryOf(line, analyzer));
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        IndexSearcher searcher = new IndexSearcher(reader);
        // The same question again is searched again.
        searcher.setQueryCache(null);
        BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        while (input.readLine() != null) round(searcher, queries, limit);
      }
    }
  }

  private static void build(Path documents, Directory directory, Analyzer analyzer) throws IOException {
    IndexWriterConfig config = new IndexWriterConfig(analyzer);
    config.setRAMBufferSizeMB(256);
    try (IndexWriter writer = new IndexWriter(directory, config);
        BufferedReader lines = Files.newBufferedReader(documents)) {
      int number = 0;
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        Document document = new Document();
        document.add(new StringField("id", String.valueOf(number++), Field.Store.YES));
        document.add(new TextField("text", line, Field.Store.NO));
        writer.addDocument(document);
      }
      writer.forceMerge(1);
    }
  }

  private static Query queryOf(String line, Analyzer analyzer) throws IOException {
    BooleanQuery.Builder builder = new BooleanQuery.Builder();
    try (TokenStream words = analyzer.tokenStream("text", line)) {
      CharTermAttribute word = words.addAttribute(CharTermAttribute.class);
      words.reset();
      while (words.incrementToken()) {
        builder.add(new TermQuery(new Term("text", word.toString())), BooleanClause.Occur.SHOULD);
      }
      words.end();
    }
    return builder.build();
  }

  private static void round(IndexSearcher searcher, List<Query> queries, int limit) throws IOException {
    long[] wall = new long[queries.size()];
    StringBuilder first = new StringBuilder();
    long cpu = THREADS.getCurrentThreadCpuTime();
    for (int place = 0; place < wall.length; place++) {
      long from = System.nanoTime();
      ScoreDoc[] hits = searcher.search(queries.get(place), limit).scoreDocs;
      for (ScoreDoc hit : hits) searcher.doc(hit.doc);
      wall[place] = System.nanoTime() - from;
      first.append(place == 0 ? "" : ",").append(hits.length == 0 ? -1 : hits[0].doc);
    }
    double micros = (THREADS.getCurrentThreadCpuTime() - cpu) / 1e3 / wall.length;
    Arrays.sort(wall);
    double p99 = wall[(int) (0.99 * (wall.length - 1))] / 1e3;
    System.out.println("{\"cpuMicros\":" + micros + ",\"wallMicrosP99\":" + p99 + ",\"first\":[" + first + "]}");
  }

  private static long bytesOf(Path folder) throws IOException {
    long bytes = 0;
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      for (Path file : files) bytes += Files.size(file);
    }
    return bytes;
  }
}
