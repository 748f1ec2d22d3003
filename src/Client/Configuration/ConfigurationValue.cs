namespace Orrery.Client.Configuration;

/// <summary>A document as this server has it.</summary>
/// <param name="Document">As <c>namespace/name</c>.</param>
/// <param name="Mark">Which versions it is made of.</param>
/// <param name="Digest">The same for the same value.</param>
/// <param name="Format"><c>json</c>, <c>yaml</c>, <c>properties</c>.</param>
/// <param name="Text">The value. It may hold secrets.</param>
public sealed record ConfigurationValue(string Document, string Mark, string Digest, string Format, string Text);
