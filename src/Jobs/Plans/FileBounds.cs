using Microsoft.Data.Sqlite;
using Orrery.Connectors.Dialects;

namespace Orrery.Jobs.Plans;

/// <summary>Which files of its machine a run may open: any, or those below folders, wherever links on the way lead.</summary>
/// <param name="roots">Null: any; empty: none.</param>
public sealed class FileBounds(IReadOnlyList<string>? roots)
{
    const int LinksMax = 40;

    public static FileBounds None { get; } = new(null);

    public bool AreSet => roots is not null;

    /// <summary>Refuses a file outside.</summary>
    /// <exception cref="UnauthorizedAccessException">It lies, or leads, outside.</exception>
    public void Check(string path)
    {
        if (!Allows(path)) throw new UnauthorizedAccessException($"The file '{path}' is not below a folder that jobs may use here. An administrator can allow the folder with Orrery:Channels:Folders, or the job runs on an agent (runsOn).");
    }

    public bool Allows(string path)
    {
        if (roots is null) return true;
        string real = Real(path);
        return roots.Any(root => real.StartsWith(Real(root).TrimEnd('/') + "/", StringComparison.Ordinal));
    }

    /// <summary>Keeps a connection from files other than its own: statements of SQLite can attach and write others.</summary>
    public IDatabase Confine(IDatabase database)
    {
        if (roots is not null && database.Connection is SqliteConnection sqlite) SQLitePCL.raw.sqlite3_limit(sqlite.Handle!, SQLitePCL.raw.SQLITE_LIMIT_ATTACHED, 0);
        return database;
    }

    /// <summary>The path without links; parts that are not there are taken as they are written.</summary>
    static string Real(string path)
    {
        string rest = Path.GetFullPath(path), real = Path.GetPathRoot(rest)!;
        int links = 0;
        var parts = new Stack<string>(rest[real.Length..].Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries).Reverse());
        while (parts.TryPop(out string? part))
        {
            string next = Path.Combine(real, part);
            if (new FileInfo(next).LinkTarget is not { } target)
            {
                real = next;
                continue;
            }

            if (++links > LinksMax) throw new UnauthorizedAccessException($"'{path}' goes through more than {LinksMax} links.");
            string to = Path.GetFullPath(target, real);
            real = Path.GetPathRoot(to)!;
            foreach (string each in to[real.Length..].Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries).Reverse()) parts.Push(each);
        }

        return real;
    }
}
