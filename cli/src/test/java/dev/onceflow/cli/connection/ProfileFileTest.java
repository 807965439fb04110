package dev.onceflow.cli.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onceflow.cli.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProfileFileTest {
  @TempDir private Path dir;

  private ProfileFile read(String yaml) throws IOException {
    return ProfileFile.read(Files.writeString(dir.resolve("onceflow.yaml"), yaml));
  }

  @Test
  void everyMistakeIsNamedAtOnceWithTheNearestSettingAndWithoutAValue() {
    assertThatThrownBy(
            () ->
                read(
                    """
                    profils: {}
                    profile: staging
                    profiles:
                      test:
                        kafka.bootstrap.server: s3cret
                        database:
                          passwort: s3cret
                          user:
                      other:
                        registry.url: http://one
                        registry:
                          url: http://two
                    """))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("onceflow.yaml has 6 mistakes")
        .hasMessageContaining("profils: unknown key")
        .hasMessageContaining("profile: there is no profile staging, but other, test")
        .hasMessageContaining(
            "profiles.test.kafka.bootstrap.server: unknown setting; the nearest is kafka.bootstrap.servers")
        .hasMessageContaining(
            "profiles.test.database.passwort: unknown setting; the nearest is database.password")
        .hasMessageContaining("profiles.test.database.user: has no value")
        .hasMessageContaining("profiles.other.registry.url: stands there twice")
        .hasMessageNotContaining("s3cret");
  }

  @Test
  void whatIsNoYamlIsToldByItsPlaceOnly() {
    assertThatThrownBy(() -> read("profiles:\n  a:\n    database.password: [s3cret\n"))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("is not YAML")
        .hasMessageContaining("line ")
        .hasMessageNotContaining("s3cret")
        .hasNoCause();
    assertThatThrownBy(() -> read("")).hasMessageContaining("holds no profiles");
    assertThatThrownBy(() -> read("profiles:\n"))
        .hasMessageContaining("expected at least one name");
  }

  @Test
  void theProfileIsTheOneNamedElseTheFilesElseDefault() throws IOException {
    ProfileFile file =
        read("profile: b\nprofiles:\n  a: {job.url: http://a}\n  b: {job.url: http://b}\n");

    assertThat(file.profile(Optional.of("a")).settings()).containsEntry("job.url", "http://a");
    assertThat(file.profile(Optional.empty()).settings()).containsEntry("job.url", "http://b");
    assertThat(read("profiles:\n  default:\n").profile(Optional.empty()).settings()).isEmpty();
  }

  @Test
  void aProfileThatIsNotThereIsAnsweredWithThoseThatAre() throws IOException {
    ProfileFile file = read("profiles:\n  a: {}\n  b: {}\n");

    assertThatThrownBy(() -> file.profile(Optional.of("c")))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("has no profile c: name one of a, b");
    assertThatThrownBy(() -> file.profile(Optional.empty()))
        .hasMessageContaining("has no profile default: name one of a, b");
  }
}
