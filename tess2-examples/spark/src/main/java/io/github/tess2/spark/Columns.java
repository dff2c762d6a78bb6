package io.github.tess2.spark;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** Checks the columns of a data set of prompts. */
final class Columns {
  private static final Set<DataType> WHOLE =
      Set.of(DataTypes.ByteType, DataTypes.ShortType, DataTypes.IntegerType, DataTypes.LongType);

  private Columns() {}

  /** Quotes a name with any characters for use in an expression. */
  static String quoted(String name) {
    return "`" + name.replace("`", "``") + "`";
  }

  static StructField require(StructType schema, String role, String name) {
    return Arrays.stream(schema.fields())
        .filter(field -> field.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "the "
                        + role
                        + " column must be one of "
                        + String.join(", ", schema.fieldNames())
                        + ", but is: "
                        + name));
  }

  static void requireText(StructType schema, String role, String name) {
    requireType(
        role,
        name,
        require(schema, role, name).dataType(),
        Set.of(DataTypes.StringType),
        "strings");
  }

  static void requireWhole(StructType schema, String role, String name) {
    requireType(role, name, require(schema, role, name).dataType(), WHOLE, "whole numbers");
  }

  private static void requireType(
      String role, String name, DataType type, Set<DataType> allowed, String what) {
    if (!allowed.contains(type)) {
      throw new IllegalArgumentException(
          "the "
              + role
              + " column \""
              + name
              + "\" must hold "
              + what
              + ", but holds: "
              + type.simpleString());
    }
  }

  /** Checks that no column has the name of an added one. Like Spark's default, it ignores case. */
  static void requireNew(StructType schema, List<String> added) {
    for (String name : schema.fieldNames()) {
      if (added.stream().anyMatch(name::equalsIgnoreCase)) {
        throw new IllegalArgumentException(
            "a column of the prompts must not have the name of an added column ("
                + String.join(", ", added)
                + "), but one has: "
                + name);
      }
    }
  }
}
