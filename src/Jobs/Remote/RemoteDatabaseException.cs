using System.Data.Common;

namespace Orrery.Jobs.Remote;

/// <summary>An error of a database at the other half, with what that half's driver said of its kind.</summary>
sealed class RemoteDatabaseException(RemoteError error) : DbException(error.Message)
{
    public bool IsPassing => error.IsPassing;

    public bool IsOfRow => error.IsOfRow;

    public bool IsFullDisk => error.IsFullDisk;
}
