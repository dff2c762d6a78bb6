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
import io.github.tess2.runtime.Goldens;
import io.github.tess2.runtime.checkpoint.Checkpoint;
import java.util.Arrays;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A reward model's scores against the oracle, 1e-4 relative in float32. */
class RewardNetworkGoldenTest {
  private RewardNetwork network;
  private NDManager manager;

  @BeforeEach
  void open() {
    try (Checkpoint files = Checkpoint.open(Goldens.checkpoint("reward"))) {
      network = RewardNetwork.load(files, Device.cpu(), Precision.FP32);
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

  private NDArray embeddingsOf(long[] ids) {
    NDList rows = new NDList();
    for (long id : ids) {
      rows.add(
          network.embedding().get("%d:%d".formatted(id, id + 1)).toType(DataType.FLOAT32, true));
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
                .value(manager, rows(ids, all, i), embeddings, manager.ones(new Shape(1, 1)))
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
            rows(ids, generated, ids.length - 1),
            embeddings,
            manager.ones(new Shape(1, 1)));

    assertThat((double) actual.getFloat(0))
        .isCloseTo(golden.value("score", Double.class), withinPercentage(0.01));
  }
}
