package io.github.tess2.runtime.engine;

import ai.djl.pytorch.jni.JniUtils;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Supplier;

/**
 * How many threads PyTorch computes with on the CPU, and how they wait for one another. Both hold
 * for the whole process (docs/threads.md).
 */
public final class Threads {
  /** What each calling thread has been told: OpenMP keeps the number for each of them. */
  private static final ThreadLocal<Integer> TOLD = new ThreadLocal<>();

  /** The number where nobody claims another. */
  private static int standard;

  private static int claims;

  /** 0 until the engine has started. */
  private static volatile int current;

  private Threads() {}

  /** A number that somebody asked for, in force until it is closed. */
  public static final class Claim implements AutoCloseable {
    private boolean open;

    private Claim(boolean open) {
      this.open = open;
    }

    /** Gives the number up; a second call does nothing. */
    @Override
    public void close() {
      release(this);
    }
  }

  private static synchronized void release(Claim claim) {
    if (claim.open) {
      claim.open = false;
      claims--;
      current = claims == 0 ? standard : current;
    }
  }

  /** Settles the number to start with, once PyTorch is there. */
  static synchronized void start(Map<String, String> environment) {
    int found = JniUtils.getNumThreads();
    standard = standard(found, Runtime.getRuntime().availableProcessors(), isChosen(environment));
    current = standard;
  }

  /**
   * PyTorch counts the cores that this process may run on, but does not see the share of them that
   * a container has. The JVM does.
   */
  static int standard(int found, int available, boolean chosen) {
    return chosen ? found : Math.max(1, Math.min(found, available));
  }

  private static boolean isChosen(Map<String, String> environment) {
    return environment.containsKey("OMP_NUM_THREADS")
        || environment.containsKey("MKL_NUM_THREADS")
        || System.getProperty("ai.djl.pytorch.num_threads") != null;
  }

  /**
   * Computes with a number of threads from now on. The caller closes the claim with what it made.
   *
   * @param wanted how many; empty where any number will do
   * @throws IllegalStateException if another number is claimed
   */
  public static Claim claim(OptionalInt wanted) {
    // Outside the lock, which the engine's start takes inside its own.
    EngineStart.engine();
    return wanted.isEmpty() ? new Claim(false) : claim(wanted.getAsInt());
  }

  private static synchronized Claim claim(int wanted) {
    if (claims > 0 && wanted != current) {
      throw new IllegalStateException(
          "threads must be "
              + current
              + ", which holds for the whole process until what asked for it is closed, but is: "
              + wanted);
    }
    current = wanted;
    claims++;
    return new Claim(true);
  }

  /**
   * Does something with a number of threads, the engine started.
   *
   * @param <T> of the result
   * @param wanted how many; empty where any number will do
   * @param task what to do
   * @return what the task returns
   * @throws IllegalStateException if another number is claimed
   */
  public static <T> T with(OptionalInt wanted, Supplier<T> task) {
    Claim claim = claim(wanted);
    try {
      return task.get();
    } finally {
      claim.close();
    }
  }

  /** {@return how many threads compute; 0 before the engine has started} */
  public static int count() {
    return current;
  }

  /** Makes what the calling thread computes next use the number that is in force. */
  public static void apply() {
    int wanted = current;
    Integer told = TOLD.get();
    if (wanted != 0 && (told == null || told != wanted)) {
      JniUtils.setNumThreads(wanted);
      TOLD.set(wanted);
    }
  }
}
