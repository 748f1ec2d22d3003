using Orrery.Connectors;

namespace Orrery.Agent.Databases;

/// <summary>What to ask one engine.</summary>
internal interface IDatabaseProbe
{
    /// <summary>The counters of every round: few statements, cheap ones.</summary>
    void Sample(DatabaseReader reader, DatabaseSample sample);

    /// <summary>Version, variables, sizes and slow statements, every few minutes.</summary>
    void Report(DatabaseReader reader, DatabaseReportDraft report);
}
