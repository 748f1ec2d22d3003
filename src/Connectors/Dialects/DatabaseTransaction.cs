using System.Data.Common;

namespace Orrery.Connectors.Dialects;

/// <summary>A transaction of an <see cref="IDatabase"/>. Disposing it before <see cref="Commit"/> rolls back.</summary>
/// <param name="inner">The driver's; null where the connection is not this process's own.</param>
/// <param name="commit">Commits it.</param>
/// <param name="end">Called once it was committed, and when it is disposed of.</param>
public sealed class DatabaseTransaction(DbTransaction? inner, Action commit, Action<DatabaseTransaction> end) : IDisposable
{
    /// <summary>The driver's, for commands of a caller's own on the same connection.</summary>
    /// <exception cref="NotSupportedException">The connection is another process's.</exception>
    public DbTransaction Inner => inner ?? throw new NotSupportedException("A remote database has no transaction of a driver of this process.");

    public void Commit()
    {
        commit();
        end(this);
    }

    public void Dispose()
    {
        end(this);
        inner?.Dispose();
    }
}
