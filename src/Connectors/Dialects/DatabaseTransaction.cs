using System.Data.Common;

namespace Orrery.Connectors.Dialects;

/// <summary>A transaction of an <see cref="IDatabase"/>. Disposing it before <see cref="Commit"/> rolls back.</summary>
public sealed class DatabaseTransaction : IDisposable
{
    readonly SqlDatabase database;

    internal DatabaseTransaction(SqlDatabase database, DbTransaction inner) => (this.database, Inner) = (database, inner);

    /// <summary>The driver's, for commands of a caller's own on the same connection.</summary>
    public DbTransaction Inner { get; }

    public void Commit()
    {
        Inner.Commit();
        database.Ended(this);
    }

    public void Dispose()
    {
        database.Ended(this);
        Inner.Dispose();
    }
}
