using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Orrery.Connectors.Dialects;

namespace Orrery.Jobs.Schemas;

/// <summary>Names as the target takes them: the same where it can, else with what it does not take spelled out, and shortened with a hash.</summary>
sealed class TargetNames(IDialect target)
{
    const int ShortBytes = 40, HashBytes = 5;

    readonly HashSet<string> taken = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The name, made fit.</summary>
    public string Fit(string name)
    {
        if (Takes(name)) return name;
        var text = new StringBuilder();
        foreach (Rune rune in name.EnumerateRunes())
            text.Append(rune.Value is 0 or > 0xFFFF ? $"_u{rune.Value.ToString("x", CultureInfo.InvariantCulture)}" : rune.ToString());
        string fit = text.ToString().TrimEnd(' ');
        if (fit.Length > 0 && Takes(fit)) return fit;
        string hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)).AsSpan(0, HashBytes));
        var head = new StringBuilder();
        int bytes = 0;
        foreach (Rune rune in fit.EnumerateRunes())
        {
            if ((bytes += rune.Utf8SequenceLength) > ShortBytes) break;
            head.Append(rune.ToString());
        }

        return $"{head}_{hash}";
    }

    /// <summary>The name, made fit and different from all that were given before.</summary>
    public string Unique(string name)
    {
        string fit = Fit(name), unique = fit;
        for (int number = 2; !taken.Add(unique); number++) unique = Fit($"{fit}_{number.ToString(CultureInfo.InvariantCulture)}");
        return unique;
    }

    bool Takes(string name)
    {
        try
        {
            target.Quote(name);
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
