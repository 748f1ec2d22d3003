using Orrery.Connectors.Dialects;

namespace Orrery.Jobs.Running;

/// <summary>How a target's session is set for loading: rows come in any order of tables, and were rows of a database that kept its own rules.</summary>
static class TargetSession
{
    public static void Prepare(IDatabase target, bool isDataOnly)
    {
        switch (target.Dialect.Engines[0])
        {
            case "mysql":
                // Unique checks stay: without them a MariaDB finds a key that is there twice at the commit, and not with the row.
                target.Execute("SET SESSION foreign_key_checks = 0");
                break;
            case "sqlite":
                target.Execute("PRAGMA foreign_keys = OFF");
                break;
            case "postgresql":
                // Commits wait for the disk: one a chunk costs little, and a server that is killed so loses no more than the chunks under way.
                if (isDataOnly) WithoutTriggers(target);
                break;
        }
    }

    /// <summary>Where the user may: else foreign keys and triggers hold while rows come in, and an order that breaks them is told with the row.</summary>
    static void WithoutTriggers(IDatabase target)
    {
        if (Schemas.CatalogQuery.Value(target, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user") == "True") target.Execute("SET session_replication_role = replica");
    }
}
