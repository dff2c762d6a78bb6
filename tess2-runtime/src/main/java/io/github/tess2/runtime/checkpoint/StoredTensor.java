package io.github.tess2.runtime.checkpoint;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A tensor in an open file, and what an adapter adds to it. */
public final class StoredTensor {
  private final SafetensorsFile file;
  private final TensorInfo info;
  private final boolean trained;
  private final @Nullable LowRank lowRank;

  StoredTensor(SafetensorsFile file, String storedName) {
    this(file, file.info(storedName), false, null);
  }

  private StoredTensor(
      SafetensorsFile file, TensorInfo info, boolean trained, @Nullable LowRank lowRank) {
    this.file = file;
    this.info = info;
    this.trained = trained;
    this.lowRank = lowRank;
  }

  StoredTensor with(LowRank addition) {
    return new StoredTensor(file, info, true, addition);
  }

  StoredTensor inPlaceOfAnother() {
    return new StoredTensor(file, info, true, lowRank);
  }

  /** The file it is in. */
  SafetensorsFile file() {
    return file;
  }

  /** Whether an adapter changes or replaces what the model had. */
  boolean trained() {
    return trained;
  }

  /** Type, shape and place; the name is the file's own. */
  public TensorInfo info() {
    return info;
  }

  /** What is to be added to it, in single precision, before it is used. */
  public Optional<LowRank> lowRank() {
    return Optional.ofNullable(lowRank);
  }

  /**
   * Maps its bytes, without what is to be added, for as long as a function reads them: as {@link
   * SafetensorsFile#read}.
   *
   * @param <T> what it makes of them
   * @param reader given a buffer that must not be used once it has returned
   * @return what the function returns
   * @throws io.github.tess2.CheckpointException if it is over 2 GiB
   * @throws IllegalStateException after the checkpoint is closed
   */
  public <T> T read(Function<ByteBuffer, T> reader) {
    return file.read(info.name(), reader);
  }
}
