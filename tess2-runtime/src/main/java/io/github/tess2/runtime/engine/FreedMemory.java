package io.github.tess2.runtime.engine;

import java.lang.management.ManagementFactory;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import javax.management.JMException;
import javax.management.ObjectName;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives memory that PyTorch has freed back to the system. glibc keeps it otherwise: it is free for
 * this process, but a model that was closed goes on counting against a container's limit.
 *
 * <p>Pages that nobody uses are all that is given back, whoever freed them, so that nothing else in
 * the process can tell but by its size. It is done in the background, since it takes some
 * milliseconds for each 100 MB. On other C libraries and operating systems, which give memory back
 * by themselves, and on a JVM without HotSpot's command {@code System.trim_native_heap}, nothing is
 * done.
 */
public final class FreedMemory {
  private static final Logger LOG = LoggerFactory.getLogger(FreedMemory.class);

  /** Soon: a model is large. */
  private static final Plan AFTER_CLOSE = new Plan(1);

  /** Now and then: the next request needs about as much again. */
  private static final Plan AFTER_REQUEST = new Plan(10);

  private static final AtomicInteger TIMES = new AtomicInteger();

  private static volatile boolean possible = System.getProperty("os.name").startsWith("Linux");

  private FreedMemory() {}

  /** Gives back what is free, soon: a model was closed. */
  public static void afterClose() {
    AFTER_CLOSE.carryOut();
  }

  /** Gives back what is free within seconds: a request has ended. */
  public static void afterRequest() {
    AFTER_REQUEST.carryOut();
  }

  /** {@return how often memory was given back so far} */
  static int times() {
    return TIMES.get();
  }

  /**
   * Gives back what is free, now.
   *
   * @return whether that can be done here
   */
  static boolean giveBack() {
    if (possible && !ExitGate.isEnding()) {
      try {
        ManagementFactory.getPlatformMBeanServer()
            .invoke(
                new ObjectName("com.sun.management:type=DiagnosticCommand"),
                "systemTrimNativeHeap",
                new Object[] {new String[0]},
                new String[] {String[].class.getName()});
        TIMES.incrementAndGet();
      } catch (JMException | RuntimeException | LinkageError e) {
        possible = false;
        LOG.debug("freed memory stays with the process", e);
      }
    }
    return possible;
  }

  /** At most once in a time, however often it is asked for. */
  private static final class Plan {
    private final int seconds;
    private final AtomicBoolean made = new AtomicBoolean();

    Plan(int seconds) {
      this.seconds = seconds;
    }

    void carryOut() {
      if (possible && !made.getAndSet(true)) {
        CompletableFuture.delayedExecutor(seconds, TimeUnit.SECONDS).execute(this::now);
      }
    }

    private void now() {
      made.set(false);
      giveBack();
    }
  }
}
