package dev.onceflow.cli.audit.certificate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.onceflow.cli.ExitCode;
import dev.onceflow.cli.UserException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.Base64;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class CertificateTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path folder;
  private final StringWriter out = new StringWriter();
  private Path privateKey;
  private Path publicKey;

  @BeforeEach
  void makeKeys() throws Exception {
    KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    privateKey = pem("key", "PRIVATE KEY", pair.getPrivate().getEncoded());
    publicKey = pem("pub", "PUBLIC KEY", pair.getPublic().getEncoded());
  }

  private Path pem(String name, String label, byte[] encoded) throws Exception {
    return Files.writeString(
        folder.resolve(name),
        "-----BEGIN %s-----\n%s\n-----END %s-----\n"
            .formatted(label, Base64.getMimeEncoder().encodeToString(encoded), label));
  }

  private static Certificate certificate() {
    ObjectNode json = JSON.createObjectNode();
    json.put("format", Certificate.FORMAT).put("verdict", "agree").put("rows", 10_000_000_000L);
    json.putArray("named").add("Ä\"\\\n\u0001");
    return new Certificate(json);
  }

  private int verify(Path file) {
    return new CommandLine(new VerifyCommand())
        .setOut(new PrintWriter(out))
        .execute(file.toString(), "--public-key", publicKey.toString());
  }

  @Test
  void theCanonicalFormIsThatOfTheRfc() throws Exception {
    String text = "{\"b\": [1, true, null], \"a\": \"\\u20ac$\\u000F\\nA'B\\\"\\\\\\\"/\"}";

    byte[] bytes = CanonicalJson.bytes(JSON.readTree(text));

    assertThat(new String(bytes, StandardCharsets.UTF_8))
        .isEqualTo("{\"a\":\"€$\\u000f\\nA'B\\\"\\\\\\\"/\",\"b\":[1,true,null]}");
    assertThatThrownBy(() -> CanonicalJson.bytes(JSON.readTree("1.5")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aSignatureHoldsWhateverTheLayout() throws Exception {
    Certificate signed = certificate().signed(PemKeys.privateKey(privateKey));
    Path file = folder.resolve("certificate.json");
    signed.write(file);
    Path relaid = folder.resolve("relaid.json");
    Files.writeString(relaid, JSON.writeValueAsString(JSON.readTree(Files.readString(file))));

    assertThat(verify(file)).isEqualTo(ExitCode.OK);
    assertThat(verify(relaid)).isEqualTo(ExitCode.OK);
    assertThat(out.toString()).contains("verdict agree", signed.fingerprint());
  }

  @Test
  void aSignatureDoesNotHoldForAnythingElse() throws Exception {
    Certificate signed = certificate().signed(PemKeys.privateKey(privateKey));
    ObjectNode changed = signed.json().deepCopy();
    changed.put("verdict", "differ");
    ObjectNode more = signed.json().deepCopy();
    more.put("more", 1);
    KeyPair other = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();

    assertThat(new Certificate(changed).isSignedBy(PemKeys.publicKey(publicKey))).isFalse();
    assertThat(new Certificate(more).isSignedBy(PemKeys.publicKey(publicKey))).isFalse();
    assertThat(signed.isSignedBy(other.getPublic())).isFalse();
    assertThat(signed.isSignedBy(PemKeys.publicKey(publicKey))).isTrue();
  }

  @Test
  void anUnsignedCertificateIsNotValid() {
    Path file = folder.resolve("unsigned.json");
    certificate().write(file);

    assertThat(verify(file)).isEqualTo(ExitCode.DISAGREES);
    assertThat(out.toString()).contains("NOT VALID", "is not signed");
  }

  @Test
  void whatIsNoKeyIsRefusedByName() throws Exception {
    Path broken = pem("broken", "PRIVATE KEY", new byte[] {1, 2, 3});

    assertThatThrownBy(() -> PemKeys.privateKey(publicKey))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("BEGIN PRIVATE KEY")
        .hasMessageContaining("openssl genpkey");
    assertThatThrownBy(() -> PemKeys.privateKey(broken))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("no Ed25519 key");
    assertThatThrownBy(() -> PemKeys.publicKey(folder.resolve("none")))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("can't be read");
  }

  @Test
  void whatIsNoCertificateIsRefusedByName() throws Exception {
    Path file = Files.writeString(folder.resolve("other.json"), "{\"format\": \"other/1\"}");

    assertThatThrownBy(() -> Certificate.read(file))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("other/1")
        .hasMessageContaining(Certificate.FORMAT);
  }
}
