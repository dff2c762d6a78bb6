package io.github.tess2.runtime.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** Runs in separate processes, which exit. */
class ExitGateTest {
  @Test
  void process_endingInTheMidstOfWork_waitsForIt() throws Exception {
    ChildJvm.Outcome outcome = new ChildJvm().run(Worker.class);

    assertThat(outcome.output().lines()).containsSubsequence("working", "ending", "done");
    assertThat(outcome.exit()).isEqualTo(3);
  }

  @Test
  void work_begunWhileTheProcessEnds_isRefused() throws Exception {
    ChildJvm.Outcome outcome = new ChildJvm().run(Worker.class);

    assertThat(outcome.output().lines()).contains("refused: the JVM is ending");
  }

  /** Works on a daemon thread while the main thread ends the process. */
  static final class Worker {
    private Worker() {}

    public static void main(String[] arguments) throws InterruptedException {
      CountDownLatch working = new CountDownLatch(1);
      CountDownLatch ending = new CountDownLatch(1);
      Thread thread = new Thread(() -> work(working, ending), "worker");
      thread.setDaemon(true);
      thread.start();
      working.await();
      // Hooks run concurrently, so this one shows that those of the gate have been started too.
      Runtime.getRuntime().addShutdownHook(new Thread(ending::countDown));
      System.out.println("ending");
      System.exit(3);
    }

    private static void work(CountDownLatch working, CountDownLatch ending) {
      ExitGate.pass(
          () -> {
            System.out.println("working");
            working.countDown();
            await(ending);
            refused();
            System.out.println("done");
            return 0;
          });
    }

    private static void await(CountDownLatch ending) {
      try {
        ending.await();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }

    private static void refused() {
      // The gate's hook begins at some time after the end of the JVM has begun.
      while (true) {
        try {
          ExitGate.pass(() -> "accepted");
        } catch (IllegalStateException e) {
          System.out.println("refused: " + e.getMessage());
          return;
        }
        Thread.onSpinWait();
      }
    }
  }
}
