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
  /** The column of the seed that gives the answer again: {@code bigint}, never null. */
  public static final String SEED = "seed";

  /** The column of the answer: {@code string}, null where there is an error. */
  public static final String ANSWER = "answer";

  /**
   * The column of the answer's mean confidence: {@code double} in [0, 1], null where there is an
   * error.
   */
  public static final String CONFIDENCE = "confidence";

  /** The column of the denoising steps run: {@code int}, null where there is an error. */
  public static final String STEPS = "steps";

  /**
   * The column of why the answer ended: {@code end_of_sequence}, {@code length} or {@code
   * stopping_criterion}, null where there is an error.
   */
  public static final String FINISH_REASON = "finish_reason";

  /** The column of the answer's reward: {@code double}, null where nothing scored it. */
  public static final String REWARD = "reward";

  /** The column of what is wrong with the row: {@code string}, null where there is an answer. */
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
   * Answers prompts where they are: partitions stay as they are, and nothing is computed until an
   * action of Spark's needs the answers. A row that cannot have one (its prompt is null, blank or
   * too long, or a plugin fails on it) says why in {@link #ERROR}; a fault of the machine or the
   * model fails the task, which Spark tries again.
   *
   * @param prompts has the columns that this generator was told of; none of the others may have the
   *     name of a column that is added
   * @return the same rows in the same order, with the columns {@link #SEED}, {@link #ANSWER},
   *     {@link #CONFIDENCE}, {@link #STEPS}, {@link #FINISH_REASON}, {@link #REWARD} and {@link
   *     #ERROR} behind the others
   * @throws IllegalArgumentException if a column is missing, has another type, or is in the way
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
   * Answers prompts into a folder of Parquet files, a part at a time: each part is there as a whole
   * or not at all. Called again after a failure, it continues with the rows whose keys are missing.
   * Rows with an {@link #ERROR} count as done.
   *
   * <p>Rows are spread over the executors by their keys, whatever their partitions.
   *
   * @param prompts as for {@link #answer}, with different keys
   * @param folder where the answers go; made where it is missing
   * @param rowsPerPart about how many rows a part has, at least 1
   * @return how many rows this call has answered
   * @throws IllegalArgumentException if this generator has no key column, a column does not fit, or
   *     the folder holds answers of a generator with other settings
   * @throws java.io.UncheckedIOException if the folder cannot be read or written
   */
  public long write(Dataset<Row> prompts, String folder, long rowsPerPart) {
    if (keyColumn == null) {
      throw new IllegalArgumentException(
          "the key column must be set, so that rows can be told from those that are done");
    }
    if (rowsPerPart < 1) {
      throw new IllegalArgumentException(
          "rows per part must be greater than zero, but is: " + rowsPerPart);
    }
    Dataset<Row> planned = answer(prompts);
    return new AnswerFolder(prompts.sparkSession(), requireNonNull(folder, "folder"), settings())
        .write(prompts, planned.schema(), keyColumn, rowsPerPart, this::answer);
  }

  /** What decides on the answers, a line each. */
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
     * Sets the checkpoint. Default: the small model that ships with the library.
     *
     * @param folder a path that every executor can read; a relative one is looked for among what
     *     {@code --archives} and {@code --files} brought, then in the executor's own folder
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder model(String folder) {
      this.model = requireNonNull(folder, "model");
      return this;
    }

    /**
     * Sets where executors compute. Default: {@code auto}, which is the GPU that Spark gives to a
     * task, else the first GPU of the machine, else the CPU.
     *
     * @param device {@code auto}, {@code cpu}, {@code cuda} or {@code cuda:N}
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder device(String device) {
      this.device = requireNonNull(device, "device");
      return this;
    }

    /**
     * Sets what executors compute in. Default: {@link Precision#AUTO}.
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
     * Sets how weights are stored. Default: {@link WeightFormat#UNQUANTIZED}.
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
     * where it is set, else one for each core of the machine.
     *
     * @param count at least 1
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder threads(int count) {
      this.threads = count;
      return this;
    }

    /**
     * Sets how many positions a step computes at most, of all tasks of an executor together.
     * Default: the library's.
     *
     * @param rows at least 1
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
     * @param name of a column of strings
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder promptColumn(String name) {
      this.promptColumn = requireNonNull(name, "prompt column");
      return this;
    }

    /**
     * Sets the column that tells rows apart. Seeds are drawn from it, and {@link #write} goes on by
     * it. Default: none, and seeds are drawn from the prompts, so that equal prompts get equal
     * answers.
     *
     * @param name of a column of any type that can be compared
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder keyColumn(String name) {
      this.keyColumn = requireNonNull(name, "key column");
      return this;
    }

    /**
     * Sets the column of the rows' seeds. Where it is null, a row's seed is drawn as if there were
     * no such column. Default: none.
     *
     * @param name of a column of whole numbers
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder seedColumn(String name) {
      this.seedColumn = requireNonNull(name, "seed column");
      return this;
    }

    /**
     * Sets the seed that rows without one of their own get theirs from. Default: 0.
     *
     * @param seed any number
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
     * @param rows at least 1
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder concurrency(int rows) {
      this.concurrency = rows;
      return this;
    }

    /**
     * Builds the generator. Nothing is loaded: whether the folder and the plugins are there shows
     * on the executors, whose tasks fail otherwise.
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
