using Orrery.Storage.MySql;
using Orrery.Storage.PostgreSql;
using Orrery.Storage.Sql;

namespace Orrery.Storage.Hosting;

static class StorageDialects
{
    public static SqlDialect Of(StorageKind kind) => kind switch
    {
        StorageKind.PostgreSql => new PostgreSqlDialect(),
        StorageKind.MySql => new MySqlDialect(),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "This store is no SQL server."),
    };
}
