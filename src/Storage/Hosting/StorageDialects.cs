using Orrery.Storage.MySql;
using Orrery.Storage.PostgreSql;
using Orrery.Storage.Sql;
using Orrery.Storage.SqlServer;

namespace Orrery.Storage.Hosting;

static class StorageDialects
{
    public static SqlDialect Of(StorageKind kind) => kind switch
    {
        StorageKind.PostgreSql => new PostgreSqlDialect(),
        StorageKind.MySql => new MySqlDialect(),
        StorageKind.SqlServer => new SqlServerDialect(),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "This store is no SQL server."),
    };
}
