/**
 * Certificates: what an audit says, in JSON that can be signed, verified and chained. Knows nothing
 * of what was audited.
 */
package dev.onceflow.cli.audit.certificate;
