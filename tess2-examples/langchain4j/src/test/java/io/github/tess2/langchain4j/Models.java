package io.github.tess2.langchain4j;

import io.github.tess2.DiffusionLM;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** The shipped model, guided by an {@link Oracle} or unguided, with one thread for handlers. */
final class Models implements AutoCloseable {
  /** A canvas that settles a few tokens at a time. */
  static final String BLOCKS = "blocks:length=4";

  private final ExecutorService handlers =
      Executors.newSingleThreadExecutor(work -> new Thread(work, "handlers"));
  private final DiffusionLM guided =
      DiffusionLM.builder().steps(2).seed(7).guidance(new Oracle()).executor(handlers).build();
  private final DiffusionLM free =
      DiffusionLM.builder().steps(10).length(32).seed(7).executor(handlers).build();

  /** The guided model, which gives the answers that LangChain4j's suites expect. */
  DiffusionLM guided() {
    return guided;
  }

  /** The unguided model, which does the tasks that it was trained for. */
  DiffusionLM free() {
    return free;
  }

  @Override
  public void close() {
    guided.close();
    free.close();
    handlers.shutdown();
  }
}
