namespace Orrery.Interfaces.Configuration;

/// <summary>A layer as it is.</summary>
/// <param name="Layer">See <see cref="ConfigurationKeys"/>.</param>
/// <param name="Text">In the document's format, with a placeholder for each secret; empty: nothing was written yet.</param>
/// <param name="Version">What a writer gives back as the one that was seen; 0: nothing was written yet.</param>
/// <param name="ChangedAt">When it was written.</param>
/// <param name="ChangedBy">Who wrote it.</param>
/// <param name="Open">A change that is not at its end; null: none.</param>
public sealed record ConfigurationLayer(string Layer, string Text, long Version, DateTimeOffset? ChangedAt, string? ChangedBy, ConfigurationChange? Open);

/// <summary>An owner's layers of a document.</summary>
/// <param name="Document">As <c>namespace/name</c>.</param>
/// <param name="Owner"><see cref="EntityKeys.Fleet"/> or a tenant.</param>
/// <param name="Definition">What the document is.</param>
/// <param name="NeedsApproval">See <see cref="ConfigurationNamespace"/>.</param>
/// <param name="Layers">Those that were ever written, without their texts.</param>
public sealed record ConfigurationInfo(string Document, string Owner, ConfigurationDefinition Definition, bool NeedsApproval, IReadOnlyList<ConfigurationLayer> Layers);

/// <summary>A version with what was written.</summary>
/// <param name="Change">Who, when, why.</param>
/// <param name="Text">In the document's format, with a placeholder for each secret.</param>
/// <param name="Differences">From the version that it replaces.</param>
public sealed record ConfigurationVersion(ConfigurationChange Change, string Text, IReadOnlyList<ConfigurationDifference> Differences);

/// <summary>Who asks for a value.</summary>
/// <param name="Server">The server's key.</param>
/// <param name="Version">The product's version there, an id; empty: unknown.</param>
/// <param name="Tag">A word by which roll-outs choose servers; empty: none.</param>
public sealed record ConfigurationReader(string Server, string Version, string Tag);

/// <summary>The value that servers are to have, with its secrets: for servers alone.</summary>
/// <param name="Mark">The newest version in the vendor's layers and in the tenant's, as <c>12.4</c>.</param>
/// <param name="Digest">Of the value, whatever its form: 32 hexadecimal digits.</param>
/// <param name="Format">Of the text.</param>
/// <param name="Text">The value; null: it violates the schema, and servers keep what they have.</param>
/// <param name="Problem">Which place violates the schema.</param>
public sealed record ConfigurationContent(string Mark, string Digest, ConfigurationFormat Format, string? Text, string? Problem);

/// <summary>The answer to many readers at once.</summary>
/// <param name="Contents">Different ones.</param>
/// <param name="Places">For each reader, which content.</param>
public sealed record ConfigurationResolved(ConfigurationContent[] Contents, int[] Places);

/// <summary>The value of a server as people see it.</summary>
/// <param name="Text">In the document's format, with a placeholder for each secret.</param>
/// <param name="Mark">See <see cref="ConfigurationContent"/>.</param>
/// <param name="Digest">See <see cref="ConfigurationContent"/>.</param>
/// <param name="Values">Each value with the layer it comes from.</param>
/// <param name="Problem">Which place violates the schema; null: none.</param>
public sealed record ConfigurationEffective(string Text, string Mark, string Digest, IReadOnlyList<ConfigurationOrigin> Values, string? Problem);

/// <param name="Path">A JSON pointer.</param>
/// <param name="Value">As JSON.</param>
/// <param name="Layer">Where it comes from.</param>
public sealed record ConfigurationOrigin(string Path, string Value, string Layer);

/// <summary>What a server says that it has.</summary>
/// <param name="Reader">Who.</param>
/// <param name="Mark">Of the value it has; empty: none.</param>
/// <param name="Digest">Of what it found in its local copy; empty: none.</param>
/// <param name="Error">Why it could not take the newest value, at most 500 characters; null: it could.</param>
public sealed record ConfigurationReport(ConfigurationReader Reader, string Mark, string Digest, string? Error);

/// <summary>A server that reports a document, beside what it is to have.</summary>
/// <param name="Server">Its key.</param>
/// <param name="Version">The product's version there.</param>
/// <param name="Tag">Its tag.</param>
/// <param name="Mark">Of the value that it reports.</param>
/// <param name="Digest">Of the value that it reports.</param>
/// <param name="SeenAt">When it reported last.</param>
/// <param name="WantedMark">Of the value it is to have.</param>
/// <param name="WantedDigest">Of the value it is to have.</param>
/// <param name="DriftSince">Since when it has another value than it is to have; null: it has that.</param>
/// <param name="Error">Why it cannot take it, or why it is not sent to it; null: nothing is known to be wrong.</param>
/// <param name="Score">Its health; null: unknown.</param>
public sealed record ConfigurationServer(
    string Server, string Version, string Tag, string Mark, string Digest, DateTimeOffset SeenAt, string WantedMark, string WantedDigest, DateTimeOffset? DriftSince, string? Error, int? Score);
