using System.Globalization;

namespace Orrery.Bench.Harness;

/// <summary>What stands after a bench's name: <c>--name=value</c>, <c>--name value</c>, or <c>--name</c> alone.</summary>
public sealed class BenchOptions
{
    readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);

    /// <exception cref="FormatException">An argument is no option.</exception>
    public BenchOptions(IReadOnlyList<string> arguments)
    {
        for (int index = 0; index < arguments.Count; index++)
        {
            string argument = arguments[index];
            if (!argument.StartsWith("--", StringComparison.Ordinal)) throw new FormatException($"'{argument}' is no option. Write --name=value after the bench's name.");
            int equals = argument.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0)
                _values[argument[2..equals]] = argument[(equals + 1)..];
            else if (index + 1 < arguments.Count && !arguments[index + 1].StartsWith("--", StringComparison.Ordinal))
                _values[argument[2..]] = arguments[++index];
            else
                _values[argument[2..]] = "";
        }
    }

    /// <summary>Whether the option was given, with or without a value.</summary>
    public bool Has(string name) => _values.ContainsKey(name);

    /// <summary>The option's text; null where it was not given.</summary>
    public string? Find(string name) => _values.GetValueOrDefault(name);

    /// <summary>The option's whole number, or the default where it was not given.</summary>
    /// <exception cref="FormatException">It is no whole number, or lies outside the range.</exception>
    public long Number(string name, long byDefault, long least = 1, long most = long.MaxValue)
    {
        if (Find(name) is not { } text) return byDefault;
        return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value) && value >= least && value <= most
            ? value
            : throw new FormatException($"--{name} is '{text}'; it has to be a whole number, {least} to {most}.");
    }
}
