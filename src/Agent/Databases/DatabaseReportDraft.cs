using Orrery.Agent.Processes;
using Orrery.Client;

namespace Orrery.Agent.Databases;

/// <summary>A report being filled, within its bounds and with secrets hidden.</summary>
internal sealed class DatabaseReportDraft
{
    const int ValueLengthMax = 512, TextLengthMax = 1_000, VariablesMax = 1_000, SizesMax = 100, StatementsMax = 20;
    readonly Dictionary<string, string> variables = new(StringComparer.Ordinal);
    readonly Dictionary<string, long> sizes = new(StringComparer.Ordinal);
    readonly List<SlowStatement> statements = [];

    public string Engine { get; set; } = "";

    public string Version { get; set; } = "";

    public void Variable(string name, string value)
    {
        if (variables.Count >= VariablesMax)
            return;
        string shown = SecretMask.Names(name) && value.Length > 0 && !IsPlain(value) ? SecretMask.Hidden : SecretMask.Text(Cut(value, ValueLengthMax));
        variables[name] = shown;
    }

    public void Size(string name, long bytes)
    {
        if (sizes.Count < SizesMax)
            sizes[name] = bytes;
    }

    public void Statement(string text, long calls, double totalMilliseconds, double meanMilliseconds, double maxMilliseconds)
    {
        if (statements.Count < StatementsMax && text.Length > 0)
            statements.Add(new SlowStatement(StatementText.Normalize(Cut(text, TextLengthMax * 4), TextLengthMax), calls, totalMilliseconds, meanMilliseconds, maxMilliseconds));
    }

    /// <summary>Something that is not there, said where the reader looks for it.</summary>
    public void Absent(string what, string why) => variables["(" + what + ")"] = why;

    public DatabaseReport Finish(string name, DateTimeOffset at, IReadOnlyList<string> notes) =>
        new(name, Engine, Cut(Version, 256), at, variables, sizes, statements, notes.Count == 0 ? null : SecretMask.Text(Cut(string.Join("; ", notes), TextLengthMax)));

    /// <summary>Settings such as <c>old_passwords=0</c> or <c>password_encryption=scram-sha-256</c> are about secrets and hold none.</summary>
    static bool IsPlain(string value) =>
        double.TryParse(value, out _) || value.ToUpperInvariant() is "ON" or "OFF" or "YES" or "NO" or "TRUE" or "FALSE" or "AUTO" or "STRONG" or "MEDIUM" or "LOW" or "SCRAM-SHA-256" or "MD5";

    static string Cut(string text, int length) => text.Length <= length ? text : text[..(length - 3)] + "...";
}
