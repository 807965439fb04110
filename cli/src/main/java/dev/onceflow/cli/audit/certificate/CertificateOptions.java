package dev.onceflow.cli.audit.certificate;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Where a certificate goes, and who signs it. */
public final class CertificateOptions {
  @Option(
      names = "--certificate",
      paramLabel = "FILE",
      description = "Writes the certificate there, in place of an older one.")
  private Path file;

  @Option(
      names = "--sign-key",
      paramLabel = "FILE",
      description = "Signs it with this Ed25519 key (PKCS#8, PEM).")
  private Path keyFile;

  @Option(names = "--json", description = "Prints the certificate instead of the report.")
  private boolean json;

  /** For picocli. */
  public CertificateOptions() {}

  /**
   * The key; read before the audit, so that a wrong one is noticed at once.
   *
   * @throws dev.onceflow.cli.UserException if there is none in the file
   */
  public Optional<PrivateKey> key() {
    return Optional.ofNullable(keyFile).map(PemKeys::privateKey);
  }

  /** Signs, writes and prints. */
  public void deliver(
      Certificate unsigned, Optional<PrivateKey> key, String report, PrintWriter out) {
    Certificate certificate = key.map(unsigned::signed).orElse(unsigned);
    if (file != null) {
      certificate.write(file);
    }
    out.print(json ? certificate.text() : report);
    out.flush();
  }
}
