package io.github.tess2.runtime.generation;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.google.common.collect.ImmutableList;
import com.google.common.primitives.ImmutableIntArray;
import io.github.tess2.GenerationListener;
import io.github.tess2.GenerationRequest;
import io.github.tess2.Prompt;
import io.github.tess2.runtime.checkpoint.DiffusionConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tests how many requests share a step: as many as have 4,096 rows together. */
class BatchAdmissionTest {
  private static final int STEPS = 3;

  private NDManager manager;

  @BeforeEach
  void open() {
    System.getProperties().putIfAbsent("OPT_OUT_TRACKING", "true");
    manager = NDManager.newBaseManager();
  }

  @AfterEach
  void close() {
    manager.close();
  }

  /** Computes nothing, and records how many requests each step has. */
  private final class Counting implements DiffusionProcess {
    final List<Integer> requests = new ArrayList<>();
    private final Consumer<RequestState> afterFirst;

    Counting(Consumer<RequestState> afterFirst) {
      this.afterFirst = afterFirst;
    }

    @Override
    public void open(RequestState request) {
      request.open(manager.newSubManager());
    }

    @Override
    public void begin(RequestState request) {}

    @Override
    public void step(List<RequestState> running) {
      requests.add(running.size());
      for (RequestState request : running) {
        if (request.stepsRun() == 0) {
          afterFirst.accept(request);
        }
        request.stepDone();
      }
    }

    @Override
    public NDArray predict(
        NDManager owner, RequestState request, ImmutableIntArray ids, ImmutableIntArray positions) {
      throw new UnsupportedOperationException();
    }
  }

  /** An answer of some rows to an empty prompt. */
  static Layout layout(int rows) {
    return new Layout(
        ImmutableIntArray.copyOf(new int[rows]),
        ImmutableIntArray.copyOf(IntStream.range(0, rows)),
        false,
        ImmutableList.of(),
        ImmutableIntArray.of());
  }

  private static RequestState request(int rows, String canvas) {
    GenerationRequest asked =
        GenerationRequest.builder(Prompt.user("x")).seed(1).steps(STEPS).canvas(canvas).build();
    Settings settings = Settings.resolve(asked.options(), DiffusionConfig.TESS2);
    Layout layout = layout(rows);
    return new RequestState(
        layout,
        settings,
        new AlphaBars(new double[STEPS], null),
        Course.begin(settings.decoding(), layout, STEPS),
        GenerationListener.IGNORE,
        0);
  }

  private static Job job(RequestState request) {
    Job job = new Job(new Nobody(), new Candidates(request.settings), List.of());
    job.add(request);
    return job;
  }

  private List<Integer> run(Consumer<RequestState> afterFirst, String canvas) {
    Counting process = new Counting(afterFirst);
    List<RequestState> requests =
        List.of(request(2000, canvas), request(2000, canvas), request(2000, canvas));
    Batcher batcher = new Batcher(process, new DeviceLock(), null, 4096, null);
    batcher.add(requests.stream().map(BatchAdmissionTest::job).toList(), 3, () -> {});
    while (batcher.step(0, () -> {})) {
      // Runs all steps.
    }
    return process.requests;
  }

  @Test
  void run_rowsOfTwo_leaveTheThirdWaiting() {
    assertThat(run(request -> {}, "whole")).containsExactly(2, 2, 2, 1, 1, 1);
  }

  @Test
  void run_requestsThatHaveLostRows_makeRoomForAnother() {
    assertThat(run(request -> request.drop(100, 2), "trim")).containsExactly(2, 3, 3, 1);
  }

  /** Room must be kept for a request that grows again later. */
  @Test
  void run_requestsThatGrow_areCountedAtTheirGreatest() {
    assertThat(run(request -> {}, "blocks:length=32")).startsWith(2, 2, 2, 1);
  }
}
