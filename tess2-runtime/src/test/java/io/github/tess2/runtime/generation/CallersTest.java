package io.github.tess2.runtime.generation;

import static io.github.tess2.runtime.generation.OpenModel.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.tess2.Batching;
import io.github.tess2.FinishReason;
import io.github.tess2.GenerationListener.Signal;
import io.github.tess2.GenerationRejectedException;
import io.github.tess2.GenerationRequest;
import io.github.tess2.GenerationResult;
import io.github.tess2.spi.GuidedStep;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Tests concurrent callers: whose turn it is, on which threads they run, and what waiting costs.
 */
@Timeout(120)
class CallersTest {
  private static final int MANY = 100;

  @Test
  void generateAll_besideAnothersSteps_joinsThemAtOnce() throws Exception {
    try (OpenModel model = new OpenModel("mistral")) {
      AtomicInteger othersSteps = new AtomicInteger();
      CountDownLatch running = new CountDownLatch(1);
      CompletableFuture<GenerationResult> other =
          model.lm.generateAsync(
              guided(
                  100_000,
                  () -> {
                    othersSteps.incrementAndGet();
                    running.countDown();
                  }));
      running.await();
      List<Integer> atBegin = Collections.synchronizedList(new ArrayList<>());
      List<Integer> atStep = Collections.synchronizedList(new ArrayList<>());
      List<GenerationRequest> requests =
          IntStream.range(0, 64)
              .mapToObj(
                  i ->
                      request(i)
                          .steps(1)
                          .guidance(
                              new IdleGuidance("counting") {
                                @Override
                                Run run() {
                                  atBegin.add(othersSteps.get());
                                  return this;
                                }

                                @Override
                                public void guide(GuidedStep step) {
                                  atStep.add(othersSteps.get());
                                }
                              })
                          .build())
              .toList();

      model.lm.generateAll(requests);
      other.cancel(true);

      assertThat(atBegin).hasSize(64);
      assertThat(Set.copyOf(atBegin)).hasSize(1);
      // All begin at the same step, which they share with the other request, so opening them takes
      // no extra step.
      assertThat(Set.copyOf(atStep)).containsExactly(atBegin.get(0) + 1);
    }
  }

  @Test
  void steps_ofManyCallers_runOnOneDaemonThread() {
    try (OpenModel model = new OpenModel("mistral")) {
      Set<String> threads = Collections.synchronizedSet(new TreeSet<>());
      Set<Boolean> daemons = Collections.synchronizedSet(new TreeSet<>());
      List<CompletableFuture<GenerationResult>> answers = new ArrayList<>();
      for (int i = 0; i < MANY; i++) {
        answers.add(
            model.lm.generateAsync(
                guided(
                    2,
                    () -> {
                      threads.add(Thread.currentThread().getName());
                      daemons.add(Thread.currentThread().isDaemon());
                    })));
      }

      assertThat(answers).allSatisfy(answer -> assertThat(answer.join().steps()).isEqualTo(2));
      assertThat(threads).containsExactly("tess2-generate");
      assertThat(daemons).containsExactly(true);
    }
  }

  /** This happens with any pool that runs dependents of its tasks on its own threads. */
  @Test
  void dependentStages_thatWaitForMoreAnswers_starveNobody() {
    try (OpenModel model = new OpenModel("mistral")) {
      List<CompletableFuture<Integer>> answers = new ArrayList<>();
      for (int i = 0; i < 24; i++) {
        answers.add(
            model
                .lm
                .generateAsync(request(i).steps(1).build())
                .thenApply(
                    result ->
                        result.steps()
                            + model.lm.generateAsync(request(1).steps(1).build()).join().steps()));
      }

      assertThat(answers).allSatisfy(answer -> assertThat(answer.join()).isEqualTo(2));
    }
  }

  @Test
  void future_cancelledWhileItWaits_neverBegins() throws Exception {
    try (OpenModel model = full()) {
      CompletableFuture<GenerationResult> endless = occupy(model);
      AtomicInteger begun = new AtomicInteger();
      CompletableFuture<GenerationResult> waiting =
          model.lm.generateAsync(guided(1, begun::incrementAndGet));
      assertThat(model.lm.activity().waiting()).isEqualTo(1);

      waiting.cancel(true);

      assertThat(model.lm.activity().waiting()).isZero();
      endless.cancel(true);
      assertThat(model.lm.generateAsync(request(1).build()).join().steps()).isEqualTo(4);
      assertThat(waiting).isCancelled();
      assertThat(begun).hasValue(0);
    }
  }

  @Test
  void close_whileCallsWait_failsThem() throws Exception {
    OpenModel model = full();
    CompletableFuture<GenerationResult> endless = occupy(model);
    CompletableFuture<GenerationResult> waiting = model.lm.generateAsync(request(1).build());

    model.close();

    assertThatThrownBy(waiting::join)
        .isInstanceOf(CompletionException.class)
        .cause()
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("this DiffusionLM is closed");
    assertThat(endless).isCompletedExceptionally();
  }

  @Test
  void generateAsync_onAThreadOfItsOwn_seesTheCallersClassLoader() {
    ClassLoader before = Thread.currentThread().getContextClassLoader();
    ClassLoader own = new ClassLoader(before) {};
    List<ClassLoader> seen = Collections.synchronizedList(new ArrayList<>());
    try (OpenModel model = new OpenModel("mistral")) {
      Thread.currentThread().setContextClassLoader(own);
      model
          .lm
          .generateAsync(guided(1, () -> seen.add(Thread.currentThread().getContextClassLoader())))
          .join();
    } finally {
      Thread.currentThread().setContextClassLoader(before);
    }

    assertThat(seen).containsExactly(own);
  }

  /**
   * A batch takes as long as its longest request, but finished requests free their memory earlier.
   */
  @Test
  void generateAll_requestThatIsDone_holdsNothingWhileOthersRun() {
    try (OpenModel model = new OpenModel("mistral")) {
      List<Integer> owned = new ArrayList<>();
      GenerationRequest longer = guided(6, () -> owned.add(model.owned()));
      model.lm.generate(longer);
      List<Integer> alone = List.copyOf(owned);
      owned.clear();

      model.lm.generateAll(
          List.of(
              longer,
              request(2).steps(2).sampler("simplex-ddim").build(),
              request(3).steps(2).guidance(new IdleGuidance("idle")).build()));

      assertThat(owned.subList(2, 6)).isEqualTo(alone.subList(2, 6));
      assertThat(owned.get(1)).isGreaterThan(alone.get(1));
    }
  }

  @Test
  void candidates_cancelledByTheListener_allStop() {
    try (OpenModel model = new OpenModel("mistral")) {
      AtomicInteger steps = new AtomicInteger();
      AtomicInteger closed = new AtomicInteger();
      GenerationResult result =
          model.lm.generate(
              request(1)
                  .steps(100_000)
                  .guidance(
                      new IdleGuidance("several") {
                        @Override
                        public int candidates() {
                          return 3;
                        }

                        @Override
                        public void guide(GuidedStep step) {
                          steps.incrementAndGet();
                        }

                        @Override
                        public void close() {
                          closed.incrementAndGet();
                        }
                      })
                  .build(),
              step -> Signal.CANCEL);

      assertThat(result.finishReason()).isEqualTo(FinishReason.CANCELLED);
      assertThat(steps).hasValue(3);
      assertThat(closed).hasValue(3);
    }
  }

  /** A model in which one request fills a whole step. */
  private static OpenModel full() {
    return new OpenModel("mistral", Batching.builder().maxRows(1).build());
  }

  /**
   * Has a model run an endless request. Asks again if the request is rejected: on a busy machine it
   * may wait too long although nothing else runs.
   */
  static CompletableFuture<GenerationResult> occupy(OpenModel model) {
    while (true) {
      CompletableFuture<Boolean> running = new CompletableFuture<>();
      CompletableFuture<GenerationResult> endless =
          model.lm.generateAsync(guided(100_000, () -> running.complete(true)));
      try {
        CompletableFuture.anyOf(running, endless).join();
        return endless;
      } catch (CompletionException e) {
        assertThat(e).hasCauseInstanceOf(GenerationRejectedException.class);
      }
    }
  }

  /** A request whose guidance runs some work at each step. */
  static GenerationRequest guided(int steps, Runnable atEachStep) {
    return request(1)
        .steps(steps)
        .guidance(
            new IdleGuidance("watching") {
              @Override
              public void guide(GuidedStep step) {
                atEachStep.run();
              }
            })
        .build();
  }
}
