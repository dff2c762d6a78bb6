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

  /** The file that contains it. */
  SafetensorsFile file() {
    return file;
  }

  /** Whether an adapter changes or replaces the model's tensor. */
  boolean trained() {
    return trained;
  }

  /** Its type, shape and place in the file; the name is the one in the file. */
  public TensorInfo info() {
    return info;
  }

  /** The product to add to it, in single precision, before it is used. */
  public Optional<LowRank> lowRank() {
    return Optional.ofNullable(lowRank);
  }

  /**
   * Maps its bytes, without the product to add, while a function reads them, like {@link
   * SafetensorsFile#read}.
   *
   * @param <T> the type of the function's result
   * @param reader the function; it must not use the buffer after it returns
   * @return what the function returns
   * @throws io.github.tess2.CheckpointException if the tensor is over 2 GiB
   * @throws IllegalStateException after the checkpoint is closed
   */
  public <T> T read(Function<ByteBuffer, T> reader) {
    return file.read(info.name(), reader);
  }
}
