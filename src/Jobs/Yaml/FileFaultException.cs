namespace Orrery.Jobs.Yaml;

/// <summary>A file says something that cannot be meant. Every fault is told with file, line, column and what was expected.</summary>
public sealed class FileFaultException(IReadOnlyList<string> faults) : ArgumentException(string.Join(Environment.NewLine, faults))
{
    /// <summary>Each as <c>FILE:LINE:COLUMN: what is wrong</c>, in the file's order.</summary>
    public IReadOnlyList<string> Faults { get; } = faults;
}
