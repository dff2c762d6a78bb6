package io.github.tess2.spark;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A Spark cluster of two executors, each in a separate process. The tests of this JVM share it. */
final class Cluster implements BeforeAllCallback {
  private static @Nullable SparkSession spark;

  static SparkSession spark() {
    return requireNonNull(spark, "a test that extends itself with Cluster");
  }

  @Override
  public void beforeAll(ExtensionContext test) {
    test.getRoot()
        .getStore(ExtensionContext.Namespace.GLOBAL)
        .getOrComputeIfAbsent(
            Cluster.class,
            key -> {
              spark = start();
              return (AutoCloseable) spark()::stop;
            });
  }

  private static SparkSession start() {
    try {
      Files.createDirectories(Path.of(System.getenv("SPARK_HOME"), "jars"));
      Path work = Files.createTempDirectory("tess2-spark-");
      return SparkSession.builder()
          .master("local-cluster[2,1,1024]")
          .appName("tests")
          .config("spark.driver.host", "127.0.0.1")
          .config("spark.driver.bindAddress", "127.0.0.1")
          .config("spark.ui.enabled", false)
          .config("spark.executor.extraClassPath", System.getProperty("java.class.path"))
          .config("spark.executor.extraJavaOptions", "-XX:+UseSerialGC -XX:TieredStopAtLevel=1")
          .config("spark.sql.shuffle.partitions", 2)
          .config("spark.sql.warehouse.dir", work.toString())
          .config("spark.local.dir", work.toString())
          .getOrCreate();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
