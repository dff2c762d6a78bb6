package io.github.tess2.runtime.files;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;

/**
 * Explains why a file or folder cannot be used. {@code Files.exists} and similar methods return
 * false both if there is nothing and if this user has no access, and the message of many an {@link
 * IOException} is only the path.
 */
public final class FileProblem {
  private FileProblem() {}

  /**
   * Says what is wrong.
   *
   * @param e the exception that reading or writing threw
   * @return such as "permission denied", without the path
   */
  public static String of(IOException e) {
    if (e instanceof NoSuchFileException) {
      return "does not exist";
    }
    if (e instanceof AccessDeniedException) {
      return "permission denied";
    }
    if (e instanceof NotDirectoryException) {
      return "is not a folder";
    }
    if (e instanceof FileAlreadyExistsException) {
      return "already exists";
    }
    if (e instanceof CharacterCodingException) {
      return "is not text in UTF-8";
    }
    if (e instanceof FileSystemException failure && failure.getReason() != null) {
      return inSentence(failure.getReason());
    }
    if (e instanceof FileNotFoundException && e.getMessage() != null) {
      // "PATH (Permission denied)"
      String message = e.getMessage();
      int reason = message.lastIndexOf(" (");
      return reason < 0 ? message : inSentence(message.substring(reason + 2, message.length() - 1));
    }
    return e.getMessage() == null ? e.toString() : e.getMessage();
  }

  /**
   * Says what is wrong with reading.
   *
   * @param e the exception that reading threw
   * @return such as "cannot be read: permission denied" or "must be text in UTF-8, but is not"
   */
  public static String cannotBeRead(IOException e) {
    if (e instanceof CharacterCodingException) {
      return "must be text in UTF-8, but is not";
    }
    return "cannot be read: " + of(e);
  }

  /**
   * Says why a path is not a file.
   *
   * @param path the path
   * @return the rule and how it is broken, such as "must be a file, but is a folder"; empty if the
   *     path is a file
   */
  public static Optional<String> ofFile(Path path) {
    return problem(path, "a file");
  }

  /**
   * Says why a path is not a folder.
   *
   * @param path the path
   * @return the rule and how it is broken, such as "must be a folder, but is a file"; empty if the
   *     path is a folder that this user may access
   */
  public static Optional<String> ofFolder(Path path) {
    return problem(path, "a folder")
        // Without this permission no file in the folder can be found.
        .or(
            () ->
                Files.isExecutable(path)
                    ? Optional.empty()
                    : Optional.of("cannot be read: permission denied"));
  }

  /**
   * Whether anything exists at a path. Unlike {@link Files#exists}, it throws if this user has no
   * access, instead of returning false.
   *
   * @param path the path; a link counts as what it points to
   * @return false only if there is certainly nothing
   * @throws IOException if this cannot be determined
   */
  public static boolean exists(Path path) throws IOException {
    try {
      Files.readAttributes(path, BasicFileAttributes.class);
      return true;
    } catch (NoSuchFileException e) {
      return false;
    } catch (FileSystemException e) {
      if (isBelowAFile(e)) {
        return false;
      }
      throw e;
    }
  }

  private static Optional<String> problem(Path path, String wanted) {
    try {
      String found = kind(Files.readAttributes(path, BasicFileAttributes.class));
      return found.equals(wanted)
          ? Optional.empty()
          : Optional.of("must be " + wanted + ", but is " + found);
    } catch (NoSuchFileException e) {
      return Optional.of("must be " + wanted + ", but " + absent(path));
    } catch (IOException e) {
      return Optional.of(
          e instanceof FileSystemException failure && isBelowAFile(failure)
              ? "must be " + wanted + ", but does not exist"
              : "cannot be read: " + of(e));
    }
  }

  private static String kind(BasicFileAttributes attributes) {
    if (attributes.isDirectory()) {
      return "a folder";
    }
    return attributes.isRegularFile() ? "a file" : "neither a file nor a folder";
  }

  /** Download caches consist of links, and a clean-up may have removed their targets. */
  private static String absent(Path path) {
    try {
      return Files.isSymbolicLink(path)
          ? "is a link to " + Files.readSymbolicLink(path) + ", which does not exist"
          : "does not exist";
    } catch (IOException | UnsupportedOperationException e) {
      return "does not exist";
    }
  }

  /** Whether the path continues below a file. */
  private static boolean isBelowAFile(FileSystemException e) {
    return "Not a directory".equals(e.getReason());
  }

  private static String inSentence(String reason) {
    return reason.isEmpty()
        ? reason
        : Character.toLowerCase(reason.charAt(0)) + reason.substring(1);
  }
}
