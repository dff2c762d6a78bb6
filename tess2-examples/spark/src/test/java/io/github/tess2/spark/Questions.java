package io.github.tess2.spark;

import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** Data sets of prompts. */
final class Questions {
  static final StructType SCHEMA =
      new StructType()
          .add("id", DataTypes.LongType)
          .add("prompt", DataTypes.StringType)
          .add("seed", DataTypes.LongType);

  private Questions() {}

  /** Sums, each with its number and a seed. */
  static Dataset<Row> sums(int count) {
    return of(
        IntStream.range(0, count)
            .mapToObj(i -> RowFactory.create((long) i, sum(i), seed(i)))
            .toList());
  }

  static Dataset<Row> of(List<Row> rows) {
    return Cluster.spark().createDataFrame(rows, SCHEMA);
  }

  static String sum(int i) {
    return "What is " + (100 + 37 * i) + " + " + (11 + 13 * i) + "?";
  }

  static long seed(int i) {
    return 1000L + i;
  }
}
