package io.github.tess2.spark;

import io.github.tess2.Precision;
import io.github.tess2.Tess2Exception;
import io.github.tess2.WeightFormat;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Answers a data set of prompts as a Spark job.
 *
 * <pre>
 * spark-submit --class io.github.tess2.spark.GenerateJob --jars ... tess2-spark.jar \
 *     --input prompts.jsonl --format json --key id --output answers --steps 20
 * </pre>
 */
@Command(
    name = "GenerateJob",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpAutoWidth = true,
    description = "Answers a data set of prompts on the executors of a Spark cluster.")
public final class GenerateJob implements Callable<Integer> {
  @Option(
      names = "--input",
      required = true,
      paramLabel = "PATH",
      description = "The prompts: files that every executor can read.")
  private String input = "";

  @Option(
      names = "--format",
      defaultValue = "parquet",
      paramLabel = "FORMAT",
      description =
          "The format of the prompts: parquet, json (one object per line), csv (with a header), or"
              + " another that Spark reads (default: ${DEFAULT-VALUE}).")
  private String format = "";

  @Option(
      names = "--output",
      required = true,
      paramLabel = "PATH",
      description =
          "The folder for the answers, as Parquet files. If it has answers already, the job"
              + " continues from there.")
  private String output = "";

  @Option(
      names = "--rows-per-part",
      defaultValue = "10000",
      paramLabel = "N",
      description = "About how many rows are saved at a time (default: ${DEFAULT-VALUE}).")
  private long rowsPerPart;

  @Option(
      names = "--prompt",
      defaultValue = "prompt",
      paramLabel = "COLUMN",
      description = "The column of the prompts (default: ${DEFAULT-VALUE}).")
  private String promptColumn = "";

  @Option(
      names = "--form",
      defaultValue = "MESSAGE",
      description = "How prompts are read: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  private PromptForm form = PromptForm.MESSAGE;

  @Option(
      names = "--key",
      required = true,
      paramLabel = "COLUMN",
      description = "The column that identifies rows.")
  private String keyColumn = "";

  @Option(
      names = "--seed-column",
      paramLabel = "COLUMN",
      description = "The column of the rows' seeds.")
  private @Nullable String seedColumn;

  @Option(
      names = "--seed",
      defaultValue = "0",
      paramLabel = "N",
      description =
          "Rows without a seed get one from this and their key (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--model",
      paramLabel = "FOLDER",
      description =
          "The checkpoint, on every executor or shipped with --archives. Default: the model in the"
              + " library.")
  private @Nullable String model;

  @Option(
      names = "--device",
      defaultValue = "auto",
      description = "auto, cpu, cuda, cuda:N or cuda:N+M (default: ${DEFAULT-VALUE}).")
  private String device = "";

  @Option(
      names = "--precision",
      defaultValue = "AUTO",
      description = "One of ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  private Precision precision = Precision.AUTO;

  @Option(
      names = "--weights",
      defaultValue = "UNQUANTIZED",
      description = "One of ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  private WeightFormat weights = WeightFormat.UNQUANTIZED;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads of an executor that compute on a CPU. Default: its cores.")
  private @Nullable Integer threads;

  @Option(
      names = "--max-batch-rows",
      paramLabel = "N",
      description = "Positions that a step computes at most.")
  private @Nullable Integer maxBatchRows;

  @Option(
      names = "--concurrency",
      defaultValue = "64",
      paramLabel = "N",
      description = "Rows of a partition that are answered at once (default: ${DEFAULT-VALUE}).")
  private int concurrency;

  @Option(names = "--steps", paramLabel = "N", description = "Denoising steps.")
  private @Nullable Integer steps;

  @Option(names = "--length", paramLabel = "N", description = "Tokens of an answer at most.")
  private @Nullable Integer length;

  @Option(
      names = "--temperature",
      paramLabel = "X",
      description = "What the logits are divided by before a token is drawn.")
  private @Nullable Double temperature;

  @Option(
      names = "--top-p",
      paramLabel = "P",
      description = "The mass of the nucleus that tokens are drawn from.")
  private @Nullable Double topP;

  @Option(names = "--greedy", description = "Take the most likely token instead of drawing one.")
  private boolean greedy;

  @Option(
      names = {"--schedule", "--noise-schedule"},
      paramLabel = "SPEC",
      description = "The noise schedule.")
  private @Nullable String schedule;

  @Option(names = "--grid", paramLabel = "SPEC", description = "The step grid.")
  private @Nullable String grid;

  @Option(names = "--sampler", paramLabel = "SPEC", description = "The sampler.")
  private @Nullable String sampler;

  @Option(
      names = {"--stop", "--stopping-criterion"},
      paramLabel = "SPEC",
      description = "The stopping criterion.")
  private @Nullable String stop;

  @Option(names = "--canvas", paramLabel = "SPEC", description = "The canvas.")
  private @Nullable String canvas;

  @Option(names = "--cache", paramLabel = "SPEC", description = "The prompt cache.")
  private @Nullable String cache;

  @Option(
      names = "--guidance",
      paramLabel = "SPEC",
      description = "A guidance, such as reward-model:path=FOLDER,scale=4. May be repeated.")
  private List<String> guidance = List.of();

  private final PrintWriter out;

  private GenerateJob(PrintWriter out) {
    this.out = out;
  }

  /**
   * Runs the job. The process exits with 1 if the job failed, and with 2 if an argument is invalid.
   *
   * @param arguments see {@code --help}
   */
  public static void main(String... arguments) {
    PrintWriter err = new PrintWriter(System.err, true, Charset.defaultCharset());
    int status = run(new PrintWriter(System.out, true, Charset.defaultCharset()), err, arguments);
    SparkSession.getDefaultSession().foreach(GenerateJob::stop);
    // YARN treats a driver that calls exit as failed, with any status.
    if (status != 0) {
      System.exit(status);
    }
  }

  private static Object stop(SparkSession session) {
    session.stop();
    return session;
  }

  static int run(PrintWriter out, PrintWriter err, String... arguments) {
    return new CommandLine(new GenerateJob(out))
        .setOut(out)
        .setErr(err)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setExecutionExceptionHandler(GenerateJob::explain)
        .execute(arguments);
  }

  private static int explain(Exception e, CommandLine line, CommandLine.ParseResult parsed)
      throws Exception {
    if (e instanceof IllegalArgumentException || e instanceof Tess2Exception) {
      line.getErr().println(e.getMessage());
      return e instanceof IllegalArgumentException
          ? CommandLine.ExitCode.USAGE
          : CommandLine.ExitCode.SOFTWARE;
    }
    throw e;
  }

  @Override
  public Integer call() {
    SparkGenerator generator = generator();
    SparkSession spark = SparkSession.builder().appName("TESS 2: " + output).getOrCreate();
    Dataset<Row> prompts = spark.read().option("header", true).format(format).load(input);
    long rows = generator.write(prompts, output, rowsPerPart);
    Row counts =
        spark
            .read()
            .parquet(output)
            .agg(
                functions.count(functions.lit(1)),
                functions.count(functions.col(SparkGenerator.ERROR)))
            .first();
    out.printf(
        Locale.ROOT,
        "%d rows answered now, %d in %s, of which %d have an error%n",
        rows,
        counts.getLong(0),
        output,
        counts.getLong(1));
    return CommandLine.ExitCode.OK;
  }

  private SparkGenerator generator() {
    SparkGenerator.Builder builder =
        SparkGenerator.builder()
            .device(device)
            .precision(precision)
            .weights(weights)
            .form(form)
            .promptColumn(promptColumn)
            .keyColumn(keyColumn)
            .seed(seed)
            .concurrency(concurrency)
            .guidance(guidance.toArray(String[]::new));
    set(model, builder::model);
    set(threads, builder::threads);
    set(maxBatchRows, builder::maxBatchRows);
    set(seedColumn, builder::seedColumn);
    set(steps, builder::steps);
    set(length, builder::length);
    set(temperature, builder::temperature);
    set(topP, builder::topP);
    set(schedule, builder::noiseSchedule);
    set(grid, builder::grid);
    set(sampler, builder::sampler);
    set(stop, builder::stoppingCriterion);
    set(canvas, builder::canvas);
    set(cache, builder::cache);
    if (greedy) {
      builder.greedy();
    }
    return builder.build();
  }

  private static <T> void set(@Nullable T value, Consumer<T> setter) {
    if (value != null) {
      setter.accept(value);
    }
  }
}
