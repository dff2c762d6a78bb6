package io.github.tess2.runtime.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.common.primitives.ImmutableIntArray;
import com.google.common.primitives.Ints;
import com.google.common.primitives.Longs;
import io.github.tess2.Tess2Exception;
import io.github.tess2.runtime.Goldens;
import io.github.tess2.runtime.checkpoint.CheckpointTokenizer;
import io.github.tess2.runtime.checkpoint.DiffusionConfig;
import io.github.tess2.training.Conventions;
import io.github.tess2.training.TrainingConfig;
import io.github.tess2.training.TrainingStage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Compares the batches of each stage with the specification. */
class BatchMakerTest {
  private static final int STEPS = DiffusionConfig.TESS2.trainSteps();
  private static CheckpointTokenizer tokenizer;

  @TempDir Path folder;
  private final List<DataLines> opened = new ArrayList<>();

  @BeforeAll
  static void open() {
    tokenizer = Data.tokenizer();
  }

  @AfterAll
  static void close() {
    tokenizer.close();
  }

  @AfterEach
  void closeData() {
    opened.forEach(DataLines::close);
  }

  private BatchMaker maker(
      TrainingStage stage, int size, int length, double noisyShare, String... lines) {
    return maker(Conventions.DEFAULT, stage, size, length, noisyShare, lines);
  }

  private BatchMaker maker(
      Conventions conventions,
      TrainingStage stage,
      int size,
      int length,
      double noisyShare,
      String... lines) {
    DataLines data = Data.open(Data.write(folder.resolve("data.jsonl"), lines), 3);
    opened.add(data);
    TrainingConfig config =
        TrainingConfig.builder(stage)
            .startFrom(folder)
            .data(folder.resolve("data.jsonl"))
            .output(folder)
            .steps(1)
            .batchSize(size)
            .sequenceLength(length)
            .noisyShare(noisyShare)
            .conventions(conventions)
            .build();
    Sequences sequences =
        new Sequences(data, new ExampleReader(tokenizer, stage, conventions, length), length);
    return new BatchMaker(config, DiffusionConfig.TESS2, sequences, tokenizer.padId(), 5);
  }

  private static String[] texts(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> Data.text("The capital number %d is Rome.".formatted(i)))
        .toArray(String[]::new);
  }

  @Test
  void instruction_chats_areTheOraclesBatch() {
    Goldens.Case golden = Goldens.named("train-instruction");
    int[][] ids = golden.parameter("ids", int[][].class);
    int[][] mask = golden.parameter("mask", int[][].class);
    int length = golden.integer("length");
    TrainingBatch batch =
        maker(
                TrainingStage.INSTRUCTION,
                2,
                length,
                0,
                Data.chat("What is 8 + 9?", "17"),
                Data.chat("What is the capital of France?", "Paris"))
            .make(0, 0);

    // The seed decides which chat comes first.
    boolean swapped = batch.ids()[length - 5] != ids[0][length - 5];
    int[] order = swapped ? new int[] {1, 0} : new int[] {0, 1};
    long[] expected = Longs.toArray(Ints.asList(Ints.concat(ids[order[0]], ids[order[1]])));
    assertThat(batch.ids()).containsExactly(expected);
    assertThat(batch.noisy())
        .containsExactly(
            IntStream.range(0, 2 * length)
                .filter(row -> mask[order[row / length]][row % length] != 0)
                .asLongStream()
                .toArray());
    assertThat(batch.noisyTokens())
        .containsExactly(Arrays.stream(batch.noisy()).map(row -> batch.ids()[(int) row]).toArray());
    assertThat(batch.predicting())
        .containsExactly(Arrays.stream(batch.noisy()).map(row -> row - 1).toArray());
    assertThat(batch.targets()).containsExactly(batch.noisyTokens());
  }

  @Test
  void adaptation_manySteps_conditionsHalfOfThem() {
    BatchMaker maker = maker(TrainingStage.ADAPTATION, 1, 16, 0, texts(20));
    int conditioned = 0;
    int steps = 2000;
    for (int step = 0; step < steps; step++) {
      conditioned += maker.make(step, 0).conditioned() ? 1 : 0;
    }
    assertThat((double) conditioned).isCloseTo(steps / 2.0, within(5 * Math.sqrt(steps / 4.0)));
  }

  @Test
  void adaptation_manySequences_haveOneTimestepEachOfAllThereAre() {
    BatchMaker maker = maker(TrainingStage.ADAPTATION, 4, 16, 0, texts(20));
    double sum = 0;
    TreeSet<Float> seen = new TreeSet<>();
    for (int step = 0; step < 1000; step++) {
      TrainingBatch batch = maker.make(step, 0);
      float[] times = batch.times(STEPS, 0);
      for (int sequence = 0; sequence < 4; sequence++) {
        TreeSet<Float> own = new TreeSet<>();
        for (int i = 0; i < times.length; i++) {
          if (batch.noisy()[i] / 16 == sequence) {
            own.add(times[i]);
          }
        }
        assertThat(own).hasSize(1);
        seen.addAll(own);
        sum += own.first();
      }
    }
    assertThat(seen.first()).isBetween(0f, 0.01f);
    assertThat(seen.last()).isBetween(0.99f, 4999f / 5000);
    assertThat(sum / 4000).isCloseTo(0.5, within(5 * Math.sqrt(1 / 12.0 / 4000)));
  }

  @Test
  void conditioningPass_lastTimestep_staysThere() {
    TrainingBatch batch = new TrainingBatch(1, 3, 0);
    batch.add(ImmutableIntArray.of(5, 6, 7));
    batch.hide(1, 4998);
    batch.hide(2, 4999);
    double[] schedule = new double[STEPS];
    schedule[4998] = 0.5;
    schedule[4999] = 0.25;

    assertThat(batch.alphaBars(schedule, 0)).containsExactly(0.5f, 0.25f);
    assertThat(batch.alphaBars(schedule, 1)).containsExactly(0.25f, 0.25f);
    assertThat(batch.times(STEPS, 0)).containsExactly(4998 / 5000f, 4999 / 5000f);
    assertThat(batch.times(STEPS, 1)).containsExactly(4999 / 5000f, 4999 / 5000f);
  }

  @Test
  void batches_sameSeed_areTheSameAndOtherPassesAreNot() {
    TrainingBatch one = maker(TrainingStage.ADAPTATION, 2, 16, 0, texts(20)).make(7, 1);
    TrainingBatch same = maker(TrainingStage.ADAPTATION, 2, 16, 0, texts(20)).make(7, 1);
    TrainingBatch other = maker(TrainingStage.ADAPTATION, 2, 16, 0, texts(20)).make(7, 2);

    assertThat(same.ids()).containsExactly(one.ids());
    assertThat(same.noisy()).containsExactly(one.noisy());
    assertThat(same.times(STEPS, 0)).containsExactly(one.times(STEPS, 0));
    assertThat(same.noiseSeed()).isEqualTo(one.noiseSeed());
    assertThat(other.noiseSeed()).isNotEqualTo(one.noiseSeed());
  }

  @Test
  void packing_texts_losesAndAddsNothing() {
    String[] lines = texts(5);
    BatchMaker maker = maker(TrainingStage.AUTOREGRESSIVE, 3, 7, 0, lines);
    DataLines data = opened.get(0);
    List<Integer> expected = new ArrayList<>();
    for (long index = 0; expected.size() < 3 * 7 * 4; index++) {
      Example.Text text =
          (Example.Text) Data.reader(tokenizer, TrainingStage.AUTOREGRESSIVE).read(data.at(index));
      expected.addAll(text.ids().asList());
    }

    List<Integer> packed = new ArrayList<>();
    for (int step = 0; step < 4; step++) {
      TrainingBatch batch = maker.make(step, 0);
      assertThat(batch.predicting()).as("all but the first positions are learned").hasSize(3 * 6);
      Arrays.stream(batch.ids()).forEach(id -> packed.add((int) id));
    }

    assertThat(packed).isEqualTo(expected.subList(0, packed.size()));
  }

  @Test
  void packing_restored_goesOnWhereItStood() {
    BatchMaker maker = maker(TrainingStage.AUTOREGRESSIVE, 2, 7, 0, texts(5));
    maker.make(0, 0);
    var state = maker.sequences().state();
    long[] next = maker.make(1, 0).ids();

    BatchMaker restored = maker(TrainingStage.AUTOREGRESSIVE, 2, 7, 0, texts(5));
    restored.sequences().restore(state);

    assertThat(restored.make(1, 0).ids()).containsExactly(next);
  }

  @Test
  void packing_restoredOnOtherData_isRefused() {
    var state = maker(TrainingStage.AUTOREGRESSIVE, 2, 7, 0, texts(5)).sequences().state();
    Sequences other = maker(TrainingStage.AUTOREGRESSIVE, 2, 7, 0, texts(6)).sequences();

    assertThatThrownBy(() -> other.restore(state))
        .isInstanceOf(Tess2Exception.class)
        .hasMessage("training data must not change during a run, but had 5 lines and now has: 6");
  }

  @Test
  void autoregressive_chat_learnsTheAnswerOnly() {
    TrainingBatch batch =
        maker(TrainingStage.AUTOREGRESSIVE, 1, 64, 0, Data.chat("What is 8 + 9?", "17")).make(0, 0);

    Example.Chat chat =
        (Example.Chat)
            Data.reader(tokenizer, TrainingStage.AUTOREGRESSIVE)
                .read(new DataLines.Line(folder, 1, Data.chat("What is 8 + 9?", "17")));
    assertThat(batch.tokens()).as("padded to the longest").isEqualTo(chat.ids().length());
    assertThat(batch.targets())
        .containsExactly(
            chat.ids().subArray(chat.answerFrom(), chat.ids().length()).stream()
                .asLongStream()
                .toArray());
  }

  @Test
  void instruction_textAmongChats_isMaskedAsInAdaptation() {
    TrainingBatch batch = maker(TrainingStage.INSTRUCTION, 1, 40, 0, texts(1)).make(0, 0);

    int text = (int) batch.last()[0] + 1;
    assertThat(text).isLessThan(40);
    assertThat(Longs.asList(batch.noisy()))
        .isNotEmpty()
        .allSatisfy(row -> assertThat(row).isLessThan(text));
  }

  @Test
  void reward_noisyShare_hidesTheAnswersOfAsManyPairs() {
    BatchMaker maker =
        maker(TrainingStage.REWARD, 1, 40, 0.25, Data.pair("What is 8 + 9?", "17", "The 18"));
    int noisy = 0;
    int steps = 1000;
    for (int step = 0; step < steps; step++) {
      TrainingBatch batch = maker.make(step, 0);
      assertThat(batch.last()).hasSize(2);
      if (batch.noisy().length > 0) {
        noisy++;
        // Both chats are noisy, including the ends of their answers, at the same timestep.
        assertThat(batch.noisy()).contains(batch.last()[0], batch.last()[1]);
        float[] times = batch.times(STEPS, 0);
        assertThat(times).containsOnly(times[0]);
      }
    }
    assertThat((double) noisy).isCloseTo(250, within(5 * Math.sqrt(steps * 0.25 * 0.75)));
  }

  @Test
  void reward_noiseEverywhereAndScoreAtTheLastPosition_isThePublishedBatch() {
    Conventions everywhere =
        Conventions.builder()
            .score(Conventions.Score.LAST_POSITION)
            .rewardNoise(Conventions.RewardNoise.EVERYWHERE)
            .build();
    TrainingBatch batch =
        maker(
                everywhere,
                TrainingStage.REWARD,
                1,
                40,
                1,
                Data.pair("What is 8 + 9?", "17", "The 18"))
            .make(0, 0);

    assertThat(batch.last()).containsExactly(39, 79);
    assertThat(batch.noisy()).containsExactly(LongStream.range(0, 80).toArray());
    assertThat(batch.ids()[39]).isEqualTo(tokenizer.padId());
    float[] times = batch.times(STEPS, 0);
    assertThat(Arrays.copyOfRange(times, 0, 40)).containsOnly(times[0]);
    assertThat(Arrays.copyOfRange(times, 40, 80)).containsOnly(times[40]);
    assertThat(times[40]).isNotEqualTo(times[0]);
  }

  @Test
  void reward_scoreAtTheLineBreak_isReadBehindTheEnd() {
    Conventions behind = Conventions.builder().score(Conventions.Score.LINE_BREAK).build();
    TrainingBatch batch =
        maker(behind, TrainingStage.REWARD, 1, 40, 0, Data.pair("What is 8 + 9?", "17", "18"))
            .make(0, 0);

    int last = (int) batch.last()[0];
    assertThat(batch.ids()[last - 1]).isEqualTo(tokenizer.eosId());
    assertThat(tokenizer.decode(ImmutableIntArray.of((int) batch.ids()[last]))).isEqualTo("\n");
  }

  @Test
  void instruction_linesPassedOver_leaveTheOthersInOrder() {
    Conventions skipping = Conventions.builder().longChats(Conventions.LongChats.SKIP).build();
    String[] lines = {
      Data.chat("8 + 9?", "17"), Data.chat("8 + 9?", "17 ".repeat(40)), Data.chat("1 + 1?", "2")
    };
    BatchMaker maker = maker(skipping, TrainingStage.INSTRUCTION, 3, 40, 0, lines);

    TrainingBatch batch = maker.make(0, 0);

    // Two of three lines fit, so the third sequence is the first of the next epoch.
    assertThat(maker.sequences().state().get("next").getAsLong()).isBetween(4L, 5L);
    assertThat(batch.ids()).hasSize(3 * 40);
  }

  @Test
  void chat_longerThanASequence_isNamed() {
    BatchMaker maker =
        maker(TrainingStage.INSTRUCTION, 1, 8, 0, "", Data.chat("What is 8 + 9?", "17"));
    assertThatThrownBy(() -> maker.make(0, 0))
        .isInstanceOf(Tess2Exception.class)
        .hasMessage(
            folder.resolve("data.jsonl")
                + ", line 2: a chat must have at most 8 tokens, but has: 22");
  }

  @Test
  void line_ofAnotherStagesKind_isNamed() {
    assertWrongKind(
        TrainingStage.ADAPTATION,
        Data.pair("x", "y", "z"),
        "stage ADAPTATION needs text or messages, but the line has: chosen and rejected");
    assertWrongKind(
        TrainingStage.AUTOREGRESSIVE,
        Data.pair("x", "y", "z"),
        "stage AUTOREGRESSIVE needs text or messages, but the line has: chosen and rejected");
    assertWrongKind(
        TrainingStage.INSTRUCTION,
        Data.pair("x", "y", "z"),
        "stage INSTRUCTION needs text or messages, but the line has: chosen and rejected");
    assertWrongKind(
        TrainingStage.REWARD,
        Data.chat("x", "y"),
        "stage REWARD needs chosen and rejected, but the line has: messages");
  }

  private void assertWrongKind(TrainingStage stage, String line, String message) {
    BatchMaker maker = maker(stage, 1, 32, 0, line);
    assertThatThrownBy(() -> maker.make(0, 0))
        .as(stage.name())
        .isInstanceOf(Tess2Exception.class)
        .hasMessage(folder.resolve("data.jsonl") + ", line 1: " + message);
  }
}
