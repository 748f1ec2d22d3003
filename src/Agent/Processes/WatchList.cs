namespace Orrery.Agent.Processes;

/// <summary>The names that are watched. A process matches by its short name or by the file name of one of its first arguments (<c>java -jar erp.jar</c>).</summary>
internal sealed class WatchList(IReadOnlyList<string> names)
{
    const int ShortNameMax = 15;
    const int ArgumentsMax = 6;

    public IReadOnlyList<string> Names { get; } = names;

    public bool Empty => Names.Count == 0;

    /// <summary>The watched name that the process goes under, or null.</summary>
    /// <param name="shortName">As the kernel has it: Linux cuts it to 15 characters.</param>
    /// <param name="arguments">The command line, separated by blanks or zeros; may be empty.</param>
    public string? Match(string shortName, ReadOnlySpan<char> arguments)
    {
        foreach (string name in Names)
            if (Same(name, shortName) || (name.Length > ShortNameMax && shortName.Length == ShortNameMax && name.StartsWith(shortName, StringComparison.OrdinalIgnoreCase)))
                return name;
        int count = 0;
        foreach (Range range in arguments.SplitAny(' ', '\0'))
        {
            if (count++ == ArgumentsMax)
                break;
            ReadOnlySpan<char> argument = arguments[range];
            ReadOnlySpan<char> file = argument[(argument.LastIndexOfAny('/', '\\') + 1)..];
            foreach (string name in Names)
                if (Same(name, file))
                    return name;
        }
        return null;
    }

    static bool Same(string name, ReadOnlySpan<char> other) =>
        other.Equals(name, StringComparison.OrdinalIgnoreCase)
        || (other.EndsWith(".exe", StringComparison.OrdinalIgnoreCase) && other[..^4].Equals(name, StringComparison.OrdinalIgnoreCase));
}
