package io.github.tess2.examples.server;

import com.google.common.util.concurrent.Uninterruptibles;
import io.github.tess2.spi.OptionValues;
import io.github.tess2.spi.StoppingCriterion;
import io.github.tess2.spi.StoppingCriterionProvider;
import java.util.concurrent.CountDownLatch;

/** The criterion {@code hook}: runs an action of the test after the second step of a request. */
public final class Hook implements StoppingCriterionProvider {
  private static volatile Runnable work = () -> {};

  /** For the service loader. */
  public Hook() {}

  /** Runs this after the second step of each request that asks for the hook. */
  static void set(Runnable work) {
    Hook.work = work;
  }

  @Override
  public String name() {
    return "hook";
  }

  @Override
  public StoppingCriterion create(OptionValues options) {
    return request ->
        prediction -> {
          if (prediction.step() == 2) {
            work.run();
          }
          return StoppingCriterion.Verdict.CONTINUE;
        };
  }

  /** Holds a request after its second step until it is opened. */
  static final class Gate implements AutoCloseable {
    private final CountDownLatch reached = new CountDownLatch(1);
    private final CountDownLatch opened = new CountDownLatch(1);

    Gate() {
      set(
          () -> {
            reached.countDown();
            Uninterruptibles.awaitUninterruptibly(opened);
          });
    }

    /** Waits until a request is held. */
    void awaitRequest() {
      Uninterruptibles.awaitUninterruptibly(reached);
    }

    @Override
    public void close() {
      set(() -> {});
      opened.countDown();
    }
  }
}
