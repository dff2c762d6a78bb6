/**
 * Answers a data set of prompts on the executors of an Apache Spark cluster.
 *
 * <p>{@link io.github.tess2.spark.SparkGenerator} turns a {@code Dataset<Row>} of prompts into one
 * of answers; {@link io.github.tess2.spark.GenerateJob} does it for {@code spark-submit}. Each
 * executor loads the model once, and all its tasks share the model's steps. A row's answer depends
 * on the row and its seed, never on the partitioning.
 */
@NullMarked
package io.github.tess2.spark;

import org.jspecify.annotations.NullMarked;
