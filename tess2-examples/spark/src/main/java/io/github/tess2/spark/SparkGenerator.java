package io.github.tess2.spark;

import static java.util.Objects.requireNonNull;

import com.google.common.collect.ObjectArrays;
import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.github.tess2.ComputeDevice;
import io.github.tess2.Precision;
import io.github.tess2.WeightFormat;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * Answers a data set of prompts on the executors of a Spark cluster.
 *
 * <pre>{@code
 * SparkGenerator generator =
 *     SparkGenerator.builder().model("/models/tess2").keyColumn("id").steps(20).build();
 * Dataset<Row> answers = generator.answer(spark.read().parquet("prompts"));
 * }</pre>
 *
 * <p>Each executor loads the model when its first task needs it, and keeps it. The requests of all
 * its tasks share the model's steps.
 *
 * <p>A row's answer depends on its prompt and its seed. The seed comes from {@link
 * Builder#seedColumn}, or else from {@link Builder#seed} and the row's key. So the partitioning,
 * the number of executors and a task's second attempt change no answer, as long as the executors
 * have the same kind of device.
 *
 * <p>Immutable.
 */
public final class SparkGenerator {
  /** The column of the seed that reproduces the answer: {@code bigint}, never null. */
  public static final String SEED = "seed";

  /** The column of the answer: {@code string}, null if there is an error. */
  public static final String ANSWER = "answer";

  /**
   * The column of the answer's mean confidence: {@code double} in [0, 1], null if there is an
   * error.
   */
  public static final String CONFIDENCE = "confidence";

  /** The column of the number of denoising steps run: {@code int}, null if there is an error. */
  public static final String STEPS = "steps";

  /**
   * The column of the reason why the answer ended: {@code end_of_sequence}, {@code length} or
   * {@code stopping_criterion}, null if there is an error.
   */
  public static final String FINISH_REASON = "finish_reason";

  /** The column of the answer's reward: {@code double}, null if nothing scored it. */
  public static final String REWARD = "reward";

  /** The column of what is wrong with the row: {@code string}, null if there is an answer. */
  public static final String ERROR = "error";

  private static final StructType OUTCOME =
      new StructType()
          .add(ANSWER, DataTypes.StringType)
          .add(CONFIDENCE, DataTypes.DoubleType)
          .add(STEPS, DataTypes.IntegerType)
          .add(FINISH_REASON, DataTypes.StringType)
          .add(REWARD, DataTypes.DoubleType)
          .add(ERROR, DataTypes.StringType);

  private final ModelSettings model;
  private final RequestSettings requests;
  private final String promptColumn;
  private final @Nullable String keyColumn;
  private final @Nullable String seedColumn;
  private final long seed;
  private final int concurrency;

  private SparkGenerator(Builder builder) {
    this.model =
        new ModelSettings(
            builder.model,
            builder.device,
            builder.precision,
            builder.weights,
            builder.threads,
            builder.maxBatchRows);
    this.requests = builder.requests();
    this.promptColumn = builder.promptColumn;
    this.keyColumn = builder.keyColumn;
    this.seedColumn = builder.seedColumn;
    this.seed = builder.seed;
    this.concurrency = builder.concurrency;
  }

  /** {@return a builder with the library's defaults} */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Answers prompts without moving them: the partitions stay the same, and nothing is computed
   * until a Spark action needs the answers. If a row cannot be answered (its prompt is null, blank
   * or too long, or a plugin fails on it), {@link #ERROR} says why. A fault of the machine or the
   * model fails the task, and Spark retries it.
   *
   * @param prompts a data set with the columns that this generator is configured for; no column may
   *     have the name of an added one
   * @return the same rows in the same order, with the columns {@link #SEED}, {@link #ANSWER},
   *     {@link #CONFIDENCE}, {@link #STEPS}, {@link #FINISH_REASON}, {@link #REWARD} and {@link
   *     #ERROR} appended
   * @throws IllegalArgumentException if a column is missing, has the wrong type, or has the name of
   *     an added column
   */
  public Dataset<Row> answer(Dataset<Row> prompts) {
    StructType schema = prompts.schema();
    Columns.requireText(schema, "prompt", promptColumn);
    if (keyColumn != null) {
      Columns.require(schema, "key", keyColumn);
    }
    if (seedColumn != null) {
      Columns.requireWhole(schema, "seed", seedColumn);
    }
    Columns.requireNew(schema, List.of(OUTCOME.fieldNames()));
    if (!SEED.equals(seedColumn)) {
      Columns.requireNew(schema, List.of(SEED));
    }
    Stream<Column> kept =
        Arrays.stream(schema.fieldNames())
            .filter(name -> !name.equals(SEED))
            .map(name -> functions.col(Columns.quoted(name)));
    Dataset<Row> seeded =
        prompts.select(Stream.concat(kept, Stream.of(seeds().alias(SEED))).toArray(Column[]::new));
    StructType out =
        new StructType(
            ObjectArrays.concat(seeded.schema().fields(), OUTCOME.fields(), StructField.class));
    int promptIndex = seeded.schema().fieldIndex(promptColumn);
    return seeded.mapPartitions(
        new AnswerPartition(model, requests, promptIndex, concurrency), Encoders.row(out));
  }

  /**
   * Answers prompts into a folder of Parquet files, part by part. Each part appears as a whole or
   * not at all. Called again after a failure, it continues with the rows whose keys are missing.
   * Rows with an {@link #ERROR} count as done.
   *
   * <p>Rows are distributed over the executors by their keys, not by their partitions.
   *
   * @param prompts as for {@link #answer}, with different keys
   * @param folder the folder for the answers; created if it is missing
   * @param rowsPerPart approximate number of rows in a part, at least 1
   * @return how many rows this call has answered
   * @throws IllegalArgumentException if this generator has no key column, a column does not fit, or
   *     the folder holds answers of a generator with other settings
   * @throws java.io.UncheckedIOException if the folder cannot be read or written
   */
  public long write(Dataset<Row> prompts, String folder, long rowsPerPart) {
    if (keyColumn == null) {
      throw new IllegalArgumentException(
          "the key column must be set, so that answered rows can be recognised");
    }
    if (rowsPerPart < 1) {
      throw new IllegalArgumentException(
          "rows per part must be greater than zero, but is: " + rowsPerPart);
    }
    Dataset<Row> planned = answer(prompts);
    return new AnswerFolder(prompts.sparkSession(), requireNonNull(folder, "folder"), settings())
        .write(prompts, planned.schema(), keyColumn, rowsPerPart, this::answer);
  }

  /** The settings that determine the answers, one per line. */
  private List<String> settings() {
    return List.of(
        "model=" + model.folder(),
        "precision=" + model.precision(),
        "weights=" + model.weights(),
        "prompt column=" + promptColumn,
        "key column=" + keyColumn,
        "seed column=" + seedColumn,
        "seed=" + seed,
        "requests=" + requests);
  }

  private Column seeds() {
    Column key = functions.col(Columns.quoted(keyColumn == null ? promptColumn : keyColumn));
    Column derived = functions.xxhash64(functions.lit(seed), key);
    return seedColumn == null
        ? derived
        : functions.coalesce(
            functions.col(Columns.quoted(seedColumn)).cast(DataTypes.LongType), derived);
  }

  /** Builds a {@link SparkGenerator}. Not thread-safe. */
  public static final class Builder extends AnswerOptions<Builder> {
    private @Nullable String model;
    private String device = ComputeDevice.AUTO.toString();
    private Precision precision = Precision.AUTO;
    private WeightFormat weights = WeightFormat.UNQUANTIZED;
    private @Nullable Integer threads;
    private @Nullable Integer maxBatchRows;
    private String promptColumn = "prompt";
    private @Nullable String keyColumn;
    private @Nullable String seedColumn;
    private long seed;
    private int concurrency = 64;

    private Builder() {}

    @Override
    @CanIgnoreReturnValue
    Builder self() {
      return this;
    }

    /**
     * Sets the checkpoint. Default: the model that ships with the library.
     *
     * @param folder a path that every executor can read; a relative one is searched for among the
     *     files that {@code --archives} and {@code --files} distributed, then in the executor's
     *     working folder
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder model(String folder) {
      this.model = requireNonNull(folder, "model");
      return this;
    }

    /**
     * Sets the device that executors compute on. Default: {@code auto}, which is the GPU that Spark
     * gives to a task, else the first GPU of the machine, else the CPU.
     *
     * @param device {@code auto}, {@code cpu}, {@code cuda}, {@code cuda:N} or {@code cuda:N+M}
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder device(String device) {
      this.device = requireNonNull(device, "device");
      return this;
    }

    /**
     * Sets the precision that executors compute in. Default: {@link Precision#AUTO}.
     *
     * @param precision the number format
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder precision(Precision precision) {
      this.precision = requireNonNull(precision, "precision");
      return this;
    }

    /**
     * Sets the format in which weights are stored. Default: {@link WeightFormat#UNQUANTIZED}.
     *
     * @param format the storage format
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder weights(WeightFormat format) {
      this.weights = requireNonNull(format, "format");
      return this;
    }

    /**
     * Sets how many threads of an executor compute on a CPU. Default: {@code spark.executor.cores}
     * if it is set, else one for each core of the machine.
     *
     * @param count the number, at least 1
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder threads(int count) {
      this.threads = count;
      return this;
    }

    /**
     * Sets the largest number of positions that a step computes, over all tasks of an executor.
     * Default: the library's.
     *
     * @param rows the number, at least 1
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder maxBatchRows(int rows) {
      this.maxBatchRows = rows;
      return this;
    }

    /**
     * Sets the column of the prompts. Default: {@code prompt}.
     *
     * @param name the name of a column of strings
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder promptColumn(String name) {
      this.promptColumn = requireNonNull(name, "prompt column");
      return this;
    }

    /**
     * Sets the column that identifies rows. Seeds are derived from it, and {@link #write} uses it
     * to continue. Default: none; seeds are then derived from the prompts, so that equal prompts
     * get equal answers.
     *
     * @param name the name of a column of any comparable type
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder keyColumn(String name) {
      this.keyColumn = requireNonNull(name, "key column");
      return this;
    }

    /**
     * Sets the column of the rows' seeds. If it is null in a row, the seed of that row is derived
     * as if there were no such column. Default: none.
     *
     * @param name the name of a column of whole numbers
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder seedColumn(String name) {
      this.seedColumn = requireNonNull(name, "seed column");
      return this;
    }

    /**
     * Sets the seed from which the seeds of rows without one are derived. Default: 0.
     *
     * @param seed the seed, any number
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder seed(long seed) {
      this.seed = seed;
      return this;
    }

    /**
     * Sets how many rows of a partition are answered at once. Default: 64.
     *
     * @param rows the number, at least 1
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder concurrency(int rows) {
      this.concurrency = rows;
      return this;
    }

    /**
     * Builds the generator. Nothing is loaded yet: if the folder or a plugin is missing, tasks on
     * the executors fail.
     *
     * @return the generator
     * @throws IllegalArgumentException if a value is out of its range, or a text is malformed
     */
    public SparkGenerator build() {
      SparkGenerator generator = new SparkGenerator(this);
      generator.model.check();
      generator.requests.check();
      if (concurrency < 1) {
        throw new IllegalArgumentException(
            "concurrency must be greater than zero, but is: " + concurrency);
      }
      return generator;
    }
  }
}
