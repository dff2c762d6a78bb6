package io.github.tess2.runtime.generation;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.tess2.Precision;
import io.github.tess2.runtime.Goldens;
import io.github.tess2.runtime.checkpoint.Checkpoint;
import io.github.tess2.runtime.model.DiffusionModel;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HeadLogitsTest {
  private static final int CHUNK_ROWS = 4;

  private DiffusionModel model;
  private NDManager manager;
  private NDArray hidden;

  @BeforeAll
  void load() {
    try (Checkpoint files = Checkpoint.open(Goldens.checkpoint("mistral"))) {
      model = DiffusionModel.load(files, Device.cpu(), Precision.FP32);
    }
  }

  @AfterAll
  void close() {
    model.close();
  }

  @BeforeEach
  void makeHiddenStates() {
    manager = model.manager().newSubManager();
    hidden = manager.randomNormal(new Shape(10, model.config().hiddenSize()));
  }

  private HeadLogits logits(HeadLogits.Room room) {
    return new HeadLogits(model, manager, hidden, CHUNK_ROWS, room);
  }

  /** The head's logits of all rows, computed separately. */
  private float[] expected(int from, int to) {
    return model.logits(manager, model.graph().sliceRows(manager, hidden, from, to)).toFloatArray();
  }

  @Test
  void rows_afterACallerHasChangedItsOwn_areAsTheHeadComputedThem() {
    HeadLogits logits = logits(new HeadLogits.Room());

    for (int i = 0; i < 3; i++) {
      NDArray rows = logits.rows(manager, 4, 8);
      assertThat(rows.toFloatArray()).isEqualTo(expected(4, 8));
      rows.muli(2);
    }
  }

  @Test
  void rows_ofTheLastChunkAndOfAnyRange_areAsTheHeadComputesThem() {
    HeadLogits logits = logits(new HeadLogits.Room());

    for (int i = 0; i < 2; i++) {
      assertThat(logits.rows(manager, 8, 10).toFloatArray()).isEqualTo(expected(8, 10));
      assertThat(logits.rows(manager, 0, 2).toFloatArray()).isEqualTo(expected(0, 2));
      assertThat(logits.rows(manager, 3, 9).toFloatArray()).isEqualTo(expected(3, 9));
      assertThat(logits.rows(manager, 0, 4).toFloatArray()).isEqualTo(expected(0, 4));
    }
  }

  @Test
  void rows_askedForAgain_areNotComputedAgain() {
    HeadLogits logits = logits(new HeadLogits.Room());
    float[] first = logits.rows(manager, 0, 4).toFloatArray();
    hidden.muli(0);

    assertThat(logits.rows(manager, 0, 4).toFloatArray()).isEqualTo(first);
    assertThat(logits.rows(manager, 4, 8).toFloatArray()).containsOnly(0f);
  }

  @Test
  void rows_forWhichThereIsNoRoom_areComputedAgain() {
    long chunk = (long) CHUNK_ROWS * model.config().vocabularySize() * Float.BYTES;
    HeadLogits logits = logits(new HeadLogits.Room(chunk));
    float[] first = logits.rows(manager, 0, 4).toFloatArray();
    logits.rows(manager, 4, 8);
    hidden.muli(0);

    assertThat(logits.rows(manager, 0, 4).toFloatArray()).isEqualTo(first);
    assertThat(logits.rows(manager, 4, 8).toFloatArray()).containsOnly(0f);
  }

  @Test
  void rows_whoseOwnerIsClosed_stayWithTheCanvas() {
    HeadLogits logits = logits(new HeadLogits.Room());
    try (NDManager owner = manager.newSubManager()) {
      logits.rows(owner, 0, 4);
    }

    assertThat(logits.rows(manager, 0, 4).toFloatArray()).isEqualTo(expected(0, 4));
  }
}
