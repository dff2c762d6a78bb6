package io.github.tess2.runtime.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.github.tess2.Precision;
import io.github.tess2.WeightFormat;
import io.github.tess2.runtime.Goldens;
import io.github.tess2.runtime.checkpoint.Checkpoint;
import io.github.tess2.runtime.graph.Autograd;
import io.github.tess2.runtime.graph.RewardCalls;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Compares the scores of a reward model with the oracle; tolerance 1e-4 relative in float32. */
class RewardNetworkGoldenTest {
  private RewardNetwork network;
  private NDManager manager;

  @BeforeEach
  void open() {
    try (Checkpoint files = Checkpoint.open(Goldens.checkpoint("reward"))) {
      network =
          RewardNetwork.load(
              files, List.of(Device.cpu()), Precision.FP32, WeightFormat.UNQUANTIZED, 1 << 20);
    }
    manager = NDManager.newBaseManager(Device.cpu(), "PyTorch");
  }

  @AfterEach
  void close() {
    manager.close();
    network.close();
  }

  private RewardNetwork.Rows rows(long[] ids, long[] generated, long readout) {
    return new RewardNetwork.Rows(
        manager.create(ids),
        1,
        manager.create(generated),
        manager.create(new long[] {readout}).reshape(1, 1));
  }

  private RewardNetwork.Prefix none() {
    return network.prefix(manager);
  }

  private NDArray embeddingsOf(long[] ids) {
    NDList rows = new NDList();
    for (long id : ids) {
      rows.add(
          network
              .embeddingOn(Device.cpu())
              .get("%d:%d".formatted(id, id + 1))
              .toType(DataType.FLOAT32, true));
    }
    return ai.djl.ndarray.NDArrays.concat(rows, 0);
  }

  @Test
  void value_ofTokens_isTheOraclesAtEveryPosition() {
    Goldens.Case golden = Goldens.named("reward-ids");
    long[] ids = Arrays.stream(golden.integers("ids")).asLongStream().toArray();
    float[] expected = golden.output("scores");
    long[] all = LongStream.range(0, ids.length).toArray();
    try (NDArray embeddings = embeddingsOf(ids)) {
      for (int i = 0; i < ids.length; i++) {
        float actual =
            network
                .value(
                    manager, none(), rows(ids, all, i), embeddings, manager.ones(new Shape(1, 1)))
                .getFloat(0);

        assertThat(actual)
            .as("score at position %d", i)
            .isCloseTo(expected[i], withinPercentage(0.01));
      }
    }
  }

  @Test
  void value_ofProbabilities_isTheOracles() {
    Goldens.Case golden = Goldens.named("reward-simplex");
    long[] ids = Arrays.stream(golden.integers("ids")).asLongStream().toArray();
    long[] generated =
        Arrays.stream(golden.integers("generated_positions")).asLongStream().toArray();
    float[] all = golden.output("embeddings");
    int hidden = all.length / ids.length;
    float[] own =
        Goldens.rows(all, hidden, (int) generated[0], (int) generated[generated.length - 1] + 1);
    NDArray embeddings = manager.create(own, new Shape(generated.length, hidden));

    NDArray actual =
        network.value(
            manager,
            none(),
            rows(ids, generated, ids.length - 1),
            embeddings,
            manager.ones(new Shape(1, 1)));

    assertThat((double) actual.getFloat(0))
        .isCloseTo(golden.value("score", Double.class), withinPercentage(0.01));
  }

  /** Value and gradient are the same for any number of first rows computed beforehand. */
  @ParameterizedTest
  @ValueSource(ints = {1, 5, 9})
  void gradient_behindAPrefix_isThatOfTheWholeSequence(int first) {
    Goldens.Case golden = Goldens.named("reward-simplex");
    long[] ids = Arrays.stream(golden.integers("ids")).asLongStream().toArray();
    long[] suffix = Arrays.copyOfRange(ids, first, ids.length);
    NDArray shares = manager.ones(new Shape(1, 1));
    try (NDArray all = embeddingsOf(ids);
        NDArray own = embeddingsOf(suffix)) {
      RewardCalls.Gradients whole =
          Autograd.recording(
              () ->
                  network.gradient(
                      manager,
                      none(),
                      rows(ids, LongStream.range(0, ids.length).toArray(), ids.length - 1),
                      all,
                      shares));
      RewardNetwork.Prefix prefix = network.prefix(manager, Arrays.copyOf(ids, first));
      RewardNetwork.Rows rows =
          rows(suffix, LongStream.range(0, suffix.length).toArray(), suffix.length - 1);
      RewardCalls.Gradients found =
          Autograd.recording(() -> network.gradient(manager, prefix, rows, own, shares));

      float[] expected = whole.embeddings().toFloatArray();
      int hidden = expected.length / ids.length;
      assertThat(found.values().getFloat())
          .isCloseTo(whole.values().getFloat(), withinPercentage(0.01));
      assertThat(network.value(manager, prefix, rows, own, shares).getFloat())
          .isCloseTo(whole.values().getFloat(), withinPercentage(0.01));
      Goldens.assertClose(
          "gradient",
          found.embeddings().toFloatArray(),
          Goldens.rows(expected, hidden, first, ids.length),
          1e-4);
    }
  }

  /**
   * The expected gradient is the difference quotient of the value, which is tested against the
   * oracle.
   */
  @ParameterizedTest
  @ValueSource(longs = {0, 20_000, 60_000, 1 << 20})
  void gradient_howeverMuchIsKept_isTheSlopeOfTheValue(long bytes) {
    Goldens.Case golden = Goldens.named("reward-simplex");
    long[] ids = Arrays.stream(golden.integers("ids")).asLongStream().toArray();
    long[] all = LongStream.range(0, ids.length).toArray();
    NDArray shares = manager.ones(new Shape(1, 1));
    RewardNetwork.Rows rows = rows(ids, all, ids.length - 1);
    try (Checkpoint files = Checkpoint.open(Goldens.checkpoint("reward"));
        RewardNetwork other =
            RewardNetwork.load(
                files, List.of(Device.cpu()), Precision.FP32, WeightFormat.UNQUANTIZED, bytes);
        NDArray at = embeddingsOf(ids)) {
      NDArray direction = at.sign();
      NDArray gradient =
          Autograd.recording(() -> other.gradient(manager, none(), rows, at, shares)).embeddings();
      double slope = gradient.mul(direction).sum().getFloat();
      double step = 1e-3;
      double above =
          network.value(manager, none(), rows, at.add(direction.mul(step)), shares).getFloat(0);
      double below =
          network.value(manager, none(), rows, at.sub(direction.mul(step)), shares).getFloat(0);

      assertThat(slope).isCloseTo((above - below) / (2 * step), withinPercentage(1));
    }
  }

  @Test
  void within_noMemory_keepsNothing() {
    assertThat(KeptActivations.within(network.config(), 16, 4, false, 0))
        .isEqualTo(new KeptActivations(0, 0));
  }

  @Test
  void within_someMemory_keepsAttentionsFirst() {
    KeptActivations kept = KeptActivations.within(network.config(), 16, 4, false, 60_000);

    assertThat(kept.attentions()).isPositive();
    assertThat(kept.feedForwards()).isLessThan(network.config().layers());
  }

  @Test
  void within_plentyOfMemory_keepsAll() {
    int layers = network.config().layers();

    assertThat(KeptActivations.within(network.config(), 16, 4, false, 1L << 40))
        .isEqualTo(new KeptActivations(layers, layers));
  }
}
