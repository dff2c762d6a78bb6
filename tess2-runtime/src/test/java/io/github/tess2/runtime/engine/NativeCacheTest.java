package io.github.tess2.runtime.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Properties;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests where the libraries are stored for each kind of home and temporary folder. Nothing is
 * unpacked.
 */
@DisabledOnOs(OS.WINDOWS)
class NativeCacheTest {
  @TempDir private Path folder;

  private Path home;
  private Path temporary;
  private final Properties properties = new Properties();

  @BeforeEach
  void makeFolders() throws IOException {
    home = Files.createDirectory(folder.resolve("home"));
    temporary = Files.createDirectory(folder.resolve("tmp"));
    allow(temporary, "rwxrwxrwx");
    properties.setProperty("user.home", home.toString());
    properties.setProperty("java.io.tmpdir", temporary.toString());
  }

  @Test
  void unpacking_byAnotherClassLoaderOfThisProcess_isNotWaitedFor() {
    String done =
        NativeCache.unpacking(
            home, cache -> false, () -> NativeCache.unpacking(home, cache -> false, () -> "done"));

    assertThat(done).isEqualTo("done");
  }

  @Test
  void choose_ordinaryHome_makesAFolderOfItsUsersAlone() throws IOException {
    assertThat(choose()).contains(home.resolve(".djl.ai"));
    assertThat(permissions(home.resolve(".djl.ai"))).isEqualTo("rwx------");
    assertThat(properties).doesNotContainKey("jna.tmpdir");
  }

  @Test
  void choose_cacheThatOthersCanRead_isKept() throws IOException {
    allow(Files.createDirectory(home.resolve(".djl.ai")), "rwxr-xr-x");

    assertThat(choose()).contains(home.resolve(".djl.ai"));
  }

  @Test
  void choose_cacheThatAnyoneCanWrite_isPassedOver() throws IOException {
    allow(Files.createDirectory(home.resolve(".djl.ai")), "rwxrwxrwx");

    assertThat(choose()).contains(own());
  }

  @Test
  void choose_libraryThatAnyoneCanWrite_isPassedOver() throws IOException {
    Path version = Files.createDirectories(home.resolve(".djl.ai/pytorch/2.7.1-cpu"));
    allow(Files.createFile(version.resolve("libtorch.so")), "rw-rw-rw-");

    assertThat(choose()).contains(own());
  }

  @Test
  void choose_homeThatAnyoneCanWrite_isPassedOver() throws IOException {
    allow(home, "rwxrwxrwx");

    assertThat(choose()).contains(own());
    assertThat(home).isEmptyDirectory();
  }

  @Test
  void choose_homeIsTheSharedTemporaryFolder_takesAnOwnFolderInIt() throws IOException {
    properties.setProperty("user.home", temporary.toString());

    assertThat(choose()).contains(own());
    assertThat(permissions(own())).isEqualTo("rwx------");
  }

  @Test
  void choose_userWithoutAName_takesAnOwnTemporaryFolder() throws IOException {
    // Java's name for a user id without an entry in /etc/passwd.
    properties.setProperty("user.home", "?");
    properties.setProperty("user.name", "?");

    assertThat(choose()).contains(own());
    assertThat(properties).containsEntry("jna.tmpdir", own().toString());
    assertThat(Path.of("?")).doesNotExist();
  }

  @Test
  void choose_again_takesTheSameTemporaryFolder() throws IOException {
    properties.setProperty("user.home", "?");

    assertThat(choose()).isEqualTo(choose());
    assertThat(temporary).isDirectoryContaining("glob:**tess2-natives-*");
    assertThat(temporary.toFile().list()).hasSize(1);
  }

  @Test
  void choose_temporaryFolderPlantedForIt_takesANewOne() throws IOException {
    properties.setProperty("user.home", "?");
    allow(Files.createDirectory(own()), "rwxrwxrwx");

    Path chosen = choose().orElseThrow();

    assertThat(chosen).isNotEqualTo(own()).hasParent(temporary);
    assertThat(permissions(chosen)).isEqualTo("rwx------");
  }

  @Test
  void choose_linkPlantedForIt_takesANewOne() throws IOException {
    properties.setProperty("user.home", "?");
    Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
    Files.createSymbolicLink(own(), elsewhere);

    assertThat(choose().orElseThrow()).isNotEqualTo(own()).hasParent(temporary);
    assertThat(elsewhere).isEmptyDirectory();
  }

  @Test
  void choose_homeOfAnother_isPassedOver() throws IOException {
    assumeTrue(FileStatus.of(folder).uid() == 0, "only root can give a folder away");
    Files.setAttribute(home, "unix:uid", 12_345);

    assertThat(choose()).contains(own());
  }

  @Test
  void choose_nothingToWriteIn_isNone() throws IOException {
    properties.setProperty("user.home", "/proc");
    properties.setProperty("java.io.tmpdir", folder.resolve("missing").toString());

    assertThat(choose()).isEmpty();
  }

  private Optional<Path> choose() {
    return new NativeCache(properties).choose(cache -> false);
  }

  /** The folder that stays the same on every call. */
  private Path own() throws IOException {
    return temporary.resolve("tess2-natives-" + FileStatus.of(folder).uid());
  }

  private static void allow(Path file, String permissions) throws IOException {
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
  }

  private static String permissions(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }
}
