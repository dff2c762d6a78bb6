package io.github.tess2.spark;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.common.base.Splitter;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.function.UnaryOperator;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.storage.StorageLevel;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A folder of answers that grows part by part. */
final class AnswerFolder {
  private static final Logger LOG = LoggerFactory.getLogger(AnswerFolder.class);

  /** Spark ignores files whose names begin with an underscore. */
  private static final String SETTINGS = "_tess2_settings";

  /** More partitions than cores, so that few cores wait for the last partition of a part. */
  private static final int PARTITIONS_A_CORE = 2;

  private final SparkSession spark;
  private final Path folder;
  private final List<String> settings;

  /**
   * @param settings the settings that determine the answers, one per line
   */
  AnswerFolder(SparkSession spark, String folder, List<String> settings) {
    this.spark = spark;
    this.folder = new Path(folder);
    this.settings = settings;
  }

  /**
   * Answers the rows that the folder does not contain yet.
   *
   * @param schema the schema of the answers
   * @return how many rows were answered
   */
  long write(
      Dataset<Row> prompts,
      StructType schema,
      String keyColumn,
      long rowsPerPart,
      UnaryOperator<Dataset<Row>> answer) {
    claim();
    String key = Columns.quoted(keyColumn);
    Dataset<Row> done = spark.read().schema(schema).parquet(folder.toString()).select(key);
    Dataset<Row> open =
        prompts
            .join(done, prompts.col(key).eqNullSafe(done.col(key)), "left_anti")
            .persist(StorageLevel.MEMORY_AND_DISK());
    try {
      long rows = open.count();
      long parts = (rows + rowsPerPart - 1) / rowsPerPart;
      int partitions = PARTITIONS_A_CORE * spark.sparkContext().defaultParallelism();
      Column part = functions.pmod(functions.xxhash64(functions.col(key)), functions.lit(parts));
      for (long i = 0; i < parts; i++) {
        Dataset<Row> some =
            open.filter(part.equalTo(i)).repartition(partitions, functions.col(key));
        answer.apply(some).write().mode(SaveMode.Append).parquet(folder.toString());
        LOG.info("part {} of {} is done ({} rows in all)", i + 1, parts, rows);
      }
      return rows;
    } finally {
      open.unpersist();
    }
  }

  /** Writes these settings to a new folder, or checks that an existing folder has the same ones. */
  private void claim() {
    String own = String.join("\n", settings) + "\n";
    Path file = new Path(folder, SETTINGS);
    try {
      FileSystem files = folder.getFileSystem(spark.sparkContext().hadoopConfiguration());
      if (!files.exists(file)) {
        files.mkdirs(folder);
        if (files.listStatus(folder).length > 0) {
          throw new IllegalArgumentException(
              "the folder must be new, empty or contain earlier answers, but is: " + folder);
        }
        try (OutputStream out = files.create(file, false)) {
          out.write(own.getBytes(UTF_8));
        }
        return;
      }
      try (InputStream in = files.open(file)) {
        requireSame(new String(in.readAllBytes(), UTF_8));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void requireSame(String found) {
    List<String> theirs = Splitter.on('\n').omitEmptyStrings().splitToList(found);
    for (int i = 0; i < settings.size(); i++) {
      String other = i < theirs.size() ? theirs.get(i) : "nothing";
      if (!settings.get(i).equals(other)) {
        throw new IllegalArgumentException(
            "the settings must be those of the answers in "
                + folder
                + " (\""
                + other
                + "\"), but are: \""
                + settings.get(i)
                + "\"");
      }
    }
  }
}
