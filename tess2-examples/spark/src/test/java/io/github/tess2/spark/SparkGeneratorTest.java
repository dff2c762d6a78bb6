package io.github.tess2.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.tess2.DiffusionLM;
import io.github.tess2.GenerationRequest;
import io.github.tess2.GenerationResult;
import io.github.tess2.Prompt;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.spark.SparkException;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Cluster.class)
class SparkGeneratorTest {
  private static final int COUNT = 24;

  private static SparkGenerator.Builder settings() {
    return SparkGenerator.builder().threads(1).steps(5).length(24);
  }

  private static List<Row> sorted(Dataset<Row> answers) {
    return answers.collectAsList().stream()
        .sorted(Comparator.comparing(row -> row.<Long>getAs("id")))
        .toList();
  }

  @Test
  void answersAreThoseOfTheLibrary_whateverThePartitioning() {
    SparkGenerator generator = settings().seedColumn("seed").build();
    List<GenerationResult> alone;
    try (DiffusionLM lm = DiffusionLM.builder().threads(1).steps(5).length(24).build()) {
      alone =
          lm.generateAll(
              IntStream.range(0, COUNT)
                  .mapToObj(
                      i ->
                          GenerationRequest.builder(Prompt.user(Questions.sum(i)))
                              .seed(Questions.seed(i))
                              .build())
                  .toList());
    }
    for (int partitions : new int[] {1, 3}) {
      List<Row> rows = sorted(generator.answer(Questions.sums(COUNT).repartition(partitions)));
      assertThat(rows).hasSize(COUNT);
      for (int i = 0; i < COUNT; i++) {
        assertThat(rows.get(i).<String>getAs("answer")).isEqualTo(alone.get(i).text());
        assertThat(rows.get(i).<Double>getAs("confidence"))
            .isEqualTo(alone.get(i).confidence().mean());
        assertThat(rows.get(i).<Integer>getAs("steps")).isEqualTo(5);
        assertThat(rows.get(i).<String>getAs("finish_reason"))
            .isEqualToIgnoringCase(alone.get(i).finishReason().name());
        assertThat(rows.get(i).<Long>getAs("seed")).isEqualTo(Questions.seed(i));
        assertThat(rows.get(i).<String>getAs("error")).isNull();
      }
    }
  }

  @Test
  void rowWithoutSeed_getsOneFromItsKey() {
    Dataset<Row> twice =
        Questions.of(
            List.of(
                RowFactory.create(1L, Questions.sum(0), null),
                RowFactory.create(2L, Questions.sum(0), null),
                RowFactory.create(3L, Questions.sum(0), 7L)));
    SparkGenerator generator = settings().keyColumn("id").seedColumn("seed").build();

    List<Long> seeds =
        sorted(generator.answer(twice)).stream().map(SparkGeneratorTest::seed).toList();

    assertThat(seeds.get(2)).isEqualTo(7);
    assertThat(Set.copyOf(seeds)).hasSize(3);
    assertThat(
            sorted(generator.answer(twice.repartition(3))).stream().map(SparkGeneratorTest::seed))
        .containsExactlyElementsOf(seeds);
    SparkGenerator other = settings().keyColumn("id").seedColumn("seed").seed(1).build();
    assertThat(sorted(other.answer(twice)).stream().map(SparkGeneratorTest::seed))
        .doesNotContain(seeds.get(0), seeds.get(1))
        .contains(7L);
  }

  private static Long seed(Row row) {
    return row.getAs("seed");
  }

  @Test
  void badRow_saysWhy_andTheOthersAreAnswered() {
    Dataset<Row> prompts =
        Questions.of(
            List.of(
                RowFactory.create(1L, null, 1L),
                RowFactory.create(2L, "  ", 2L),
                RowFactory.create(3L, "What is 1 + 1? ".repeat(500), 3L),
                RowFactory.create(4L, Questions.sum(0), 4L)));

    List<Row> rows = sorted(settings().seedColumn("seed").build().answer(prompts.coalesce(1)));

    assertThat(rows.get(0).<String>getAs("error")).isEqualTo("the prompt must not be null");
    assertThat(rows.get(1).<String>getAs("error")).contains("must not be blank");
    assertThat(rows.get(2).<String>getAs("error")).contains("must be at most");
    assertThat(rows.subList(0, 3)).allMatch(row -> row.isNullAt(row.fieldIndex("answer")));
    assertThat(rows.get(3).<String>getAs("error")).isNull();
    assertThat(rows.get(3).<String>getAs("answer")).isNotBlank();
  }

  @Test
  void infill_keepsWhatIsGiven() {
    Dataset<Row> prompts =
        Questions.of(
            List.of(
                RowFactory.create(1L, "12 + 30 = __8__", 1L),
                RowFactory.create(2L, "nothing to fill", 2L)));

    List<Row> rows =
        sorted(
            SparkGenerator.builder()
                .threads(1)
                .steps(5)
                .seedColumn("seed")
                .form(PromptForm.INFILL)
                .build()
                .answer(prompts));

    assertThat(rows.get(0).<String>getAs("answer")).startsWith("12 + 30 = ");
    assertThat(rows.get(1).<String>getAs("error")).contains("must have a blank");
  }

  @Test
  void guidance_scoresTheAnswers() {
    SparkGenerator generator =
        settings().seedColumn("seed").guidance("best-of:n=2,reward=answer-length(max=20)").build();

    assertThat(sorted(generator.answer(Questions.sums(3))))
        .allMatch(row -> !row.isNullAt(row.fieldIndex("reward")));
  }

  /** Three jobs: if each loaded the model, one of the two executors would load it twice. */
  @Test
  void executor_loadsTheModelOnce() {
    SparkGenerator generator = settings().seedColumn("seed").build();
    Map<Long, Integer> before = loads();

    List<Row> first = sorted(generator.answer(Questions.sums(8).repartition(4)));
    List<Row> second = sorted(generator.answer(Questions.sums(8).repartition(2)));
    List<Row> third = sorted(generator.answer(Questions.sums(8).repartition(8)));

    // An executor may have loaded the model before, or take no partition.
    assertThat(loads())
        .allSatisfy(
            (executor, loads) ->
                assertThat(loads - before.getOrDefault(executor, 0)).isBetween(0, 1));
    assertThat(first).allMatch(row -> !row.isNullAt(row.fieldIndex("answer"))).isEqualTo(second);
    assertThat(third).isEqualTo(first);
  }

  /** Asks each executor process how many models it has loaded. */
  private static Map<Long, Integer> loads() {
    MapPartitionsFunction<Long, String> ask =
        rows -> {
          // Takes long enough for the other executor to take the other partition.
          Thread.sleep(300);
          return List.of(ProcessHandle.current().pid() + " " + ExecutorModels.loads()).iterator();
        };
    Map<Long, Integer> loads = new HashMap<>();
    while (loads.size() < 2) {
      Cluster.spark()
          .range(0, 2, 1, 2)
          .mapPartitions(ask, Encoders.STRING())
          .collectAsList()
          .stream()
          .map(line -> line.split(" "))
          .forEach(line -> loads.put(Long.valueOf(line[0]), Integer.valueOf(line[1])));
    }
    return loads;
  }

  @Test
  void unknownPlugin_failsTheJob() {
    Dataset<Row> answers =
        settings().seedColumn("seed").grid("zigzag").build().answer(Questions.sums(1));

    assertThatThrownBy(answers::collectAsList)
        .isInstanceOf(SparkException.class)
        .hasStackTraceContaining("zigzag");
  }

  @Test
  void missingModel_failsTheJob() {
    Dataset<Row> answers =
        settings().seedColumn("seed").model("no/such/folder").build().answer(Questions.sums(1));

    assertThatThrownBy(answers::collectAsList)
        .isInstanceOf(SparkException.class)
        .hasStackTraceContaining("no/such/folder");
  }

  @Test
  void columnsThatDoNotFit_areRefusedBeforeAnyWork() {
    Dataset<Row> sums = Questions.sums(1);
    assertThatThrownBy(() -> settings().promptColumn("text").build().answer(sums))
        .hasMessage("the prompt column must be one of id, prompt, seed, but is: text");
    assertThatThrownBy(() -> settings().promptColumn("id").build().answer(sums))
        .hasMessage("the prompt column \"id\" must hold strings, but holds: bigint");
    assertThatThrownBy(() -> settings().seedColumn("prompt").build().answer(sums))
        .hasMessage("the seed column \"prompt\" must hold whole numbers, but holds: string");
    assertThatThrownBy(() -> settings().build().answer(sums))
        .hasMessageContaining(
            "must not have the name of an added column (seed), but one has: seed");
    assertThatThrownBy(
            () ->
                settings()
                    .seedColumn("seed")
                    .build()
                    .answer(sums.withColumnRenamed("id", "Answer")))
        .hasMessageContaining("but one has: Answer");
  }

  @Test
  void settingsOutOfRange_areRefusedAtOnce() {
    assertThatThrownBy(() -> settings().steps(0).build())
        .hasMessage("steps must be greater than zero, but is: 0");
    assertThatThrownBy(() -> settings().threads(0).build()).hasMessageContaining("threads");
    assertThatThrownBy(() -> settings().concurrency(0).build())
        .hasMessage("concurrency must be greater than zero, but is: 0");
    assertThatThrownBy(() -> settings().device("tpu").build())
        .hasMessage("device must be auto, cpu, cuda, cuda:N or cuda:N+M, but is: tpu");
    assertThatThrownBy(() -> settings().guidance("best-of(").build())
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> settings().greedy().topP(0.5).build())
        .hasMessage("topP must not be set together with greedy, but is: 0.5");
    assertThatThrownBy(() -> settings().form(PromptForm.INFILL).build())
        .hasMessageContaining("length must not be set for an infill");
  }

  @Test
  void promptsWithoutRows_haveTheColumns() {
    Dataset<Row> answers = settings().seedColumn("seed").build().answer(Questions.sums(0));

    StructType schema = answers.schema();
    assertThat(answers.collectAsList()).isEmpty();
    assertThat(schema.fieldNames())
        .containsExactly(
            "id",
            "prompt",
            "seed",
            "answer",
            "confidence",
            "steps",
            "finish_reason",
            "reward",
            "error");
    assertThat(schema.apply("seed").dataType()).isEqualTo(DataTypes.LongType);
  }
}
