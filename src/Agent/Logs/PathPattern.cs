using Microsoft.Extensions.FileSystemGlobbing;

namespace Orrery.Agent.Logs;

/// <summary>An absolute path with <c>*</c> and <c>**</c>.</summary>
internal sealed class PathPattern
{
    readonly string root;
    readonly Matcher matcher = new(StringComparison.Ordinal);

    public PathPattern(string pattern)
    {
        string[] parts = pattern.Replace('\\', '/').Split('/');
        int fixedParts = Math.Min(parts.TakeWhile(part => !part.Contains('*')).Count(), parts.Length - 1);
        root = string.Join('/', parts[..fixedParts]) + "/";
        matcher.AddInclude(string.Join('/', parts[fixedParts..]));
    }

    /// <summary>The files that match, in no order; none if the folder is not there.</summary>
    /// <exception cref="IOException">A folder cannot be read.</exception>
    public IEnumerable<string> Find() => Directory.Exists(root) ? matcher.GetResultsInFullPath(root) : [];
}
