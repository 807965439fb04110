package dev.onceflow.cli.audit.certificate;

import com.fasterxml.jackson.databind.JsonNode;
import dev.onceflow.cli.ExitCode;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code onceflow audit verify}. */
@Command(
    name = "verify",
    description = {
      "Says whether a certificate was signed with a key, and says what was signed.",
      "",
      "The signature covers the certificate's content, not its layout: it may have been",
      "formatted anew. It says who vouches for the audit, not that all was well: the",
      "verdict does."
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Keys:",
      "  openssl genpkey -algorithm ed25519 -out audit.key",
      "  openssl pkey -in audit.key -pubout -out audit.pub",
      "",
      "Examples:",
      "  onceflow audit verify orders.json --public-key audit.pub",
      "",
      "Exit codes: 0 signed with this key, 1 not, or changed since, 2 could not be checked."
    })
public final class VerifyCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "CERTIFICATE", description = "The certificate, a file.")
  private Path file;

  @Option(
      names = "--public-key",
      required = true,
      paramLabel = "FILE",
      description = "The Ed25519 public key of who should have signed it (PEM).")
  private Path keyFile;

  /** For picocli. */
  public VerifyCommand() {}

  @Override
  public Integer call() {
    Certificate certificate = Certificate.read(file);
    boolean valid = certificate.isSignedBy(PemKeys.publicKey(keyFile));
    PrintWriter out = spec.commandLine().getOut();
    if (valid) {
      JsonNode json = certificate.json();
      out.printf(
          "Signed with %s: audit of %s, made at %s, verdict %s.%nFingerprint %s%n",
          keyFile,
          json.path("kind").asText(),
          json.path("made_at").asText(),
          json.path("verdict").asText(),
          certificate.fingerprint());
    } else {
      out.printf(
          "NOT VALID: %s %s.%n",
          file,
          certificate.isSigned()
              ? "was signed with another key, or was changed after it was signed"
              : "is not signed");
    }
    out.flush();
    return valid ? ExitCode.OK : ExitCode.DISAGREES;
  }
}
