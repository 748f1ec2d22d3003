using System.Globalization;

namespace Orrery.Runtime.Storage;

/// <summary>
/// One life of one silo: its name, and the generation that rises each time a silo of that name joins. Written as <c>name@generation</c>.
/// Processes that host no silo have a negative generation and stand in no table.
/// </summary>
public readonly record struct SiloId(string Name, long Generation)
{
    public bool IsSilo => Generation > 0;

    public override string ToString() => $"{Name}@{Generation.ToString(CultureInfo.InvariantCulture)}";

    /// <exception cref="FormatException">The text is not <c>name@generation</c>.</exception>
    public static SiloId Parse(string text)
    {
        int at = text.LastIndexOf('@');
        return at > 0 && long.TryParse(text.AsSpan(at + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long generation)
            ? new SiloId(text[..at], generation)
            : throw new FormatException($"\"{text}\" is no silo: write name@generation, as erp-3@7.");
    }
}
