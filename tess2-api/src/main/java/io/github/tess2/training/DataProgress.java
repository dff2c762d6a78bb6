package io.github.tess2.training;

import static java.util.Objects.requireNonNull;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Progress of the data check that precedes the first step. Immutable. */
public final class DataProgress {
  private final Values values;

  private DataProgress(Values values) {
    this.values = values;
  }

  /**
   * Starts to describe the progress of a check.
   *
   * @param file the file being read
   * @return a new builder
   */
  public static Builder builder(Path file) {
    return new Builder(new Values(requireNonNull(file, "file"), 0, 0, 0, 0));
  }

  /** {@return a builder that starts with these values} */
  public Builder toBuilder() {
    return new Builder(values);
  }

  /** {@return the file being read} */
  public Path file() {
    return values.file();
  }

  /**
   * {@return the number of lines checked so far in all training or all evaluation files, without
   * blank lines}
   */
  public long checked() {
    return values.checked();
  }

  /** {@return the number of lines in all these files} */
  public long total() {
    return values.total();
  }

  /** {@return the number of checked lines with a chat that is cut to a sequence} */
  public long cut() {
    return values.cut();
  }

  /**
   * {@return the number of checked lines that are skipped because they do not fit ({@link
   * Conventions.LongChats}, {@link Conventions.BlankContents})}
   */
  public long skipped() {
    return values.skipped();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof DataProgress that && values.equals(that.values);
  }

  @Override
  public int hashCode() {
    return values.hashCode();
  }

  @Override
  public String toString() {
    return values.toString().replaceFirst("Values", "DataProgress");
  }

  private record Values(Path file, long checked, long total, long cut, long skipped) {}

  /** Builds a {@link DataProgress}. Not thread-safe. */
  public static final class Builder {
    private Path file;
    private long checked;
    private long total;
    private long cut;
    private long skipped;

    private Builder(Values values) {
      this.file = values.file();
      this.checked = values.checked();
      this.total = values.total();
      this.cut = values.cut();
      this.skipped = values.skipped();
    }

    /**
     * Sets the file being read.
     *
     * @param file the file being read
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder file(Path file) {
      this.file = requireNonNull(file, "file");
      return this;
    }

    /**
     * Sets the number of lines checked so far in all training or all evaluation files, without
     * blank lines. Default: 0.
     *
     * @param checked the number of lines checked
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder checked(long checked) {
      this.checked = checked;
      return this;
    }

    /**
     * Sets the number of lines in all training or all evaluation files. Default: 0.
     *
     * @param total the number of lines
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder total(long total) {
      this.total = total;
      return this;
    }

    /**
     * Sets the number of checked lines with a chat that is cut to a sequence. Default: 0.
     *
     * @param cut the number of lines with a chat that is cut
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder cut(long cut) {
      this.cut = cut;
      return this;
    }

    /**
     * Sets the number of checked lines that are skipped because they do not fit. Default: 0.
     *
     * @param skipped the number of lines that are skipped
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder skipped(long skipped) {
      this.skipped = skipped;
      return this;
    }

    /** {@return the progress of a check} */
    public DataProgress build() {
      return new DataProgress(new Values(file, checked, total, cut, skipped));
    }
  }
}
