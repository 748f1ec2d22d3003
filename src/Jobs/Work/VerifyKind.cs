using System.Text.Json;
using Orrery.Jobs.Certificates;
using Orrery.Jobs.Plans;
using Orrery.Jobs.Schemas;
using Orrery.Connectors.Dialects;

namespace Orrery.Jobs.Work;

/// <summary>The options of <c>orrery verify --from --to</c>.</summary>
public sealed record VerifyDefinition
{
    public string? From { get; init; }

    public string? To { get; init; }

    public IReadOnlyList<string> Tables { get; init; } = [];

    public IReadOnlyList<string> Without { get; init; } = [];
}

/// <summary>Compares two databases and leaves a certificate: <see cref="CertificateMaker"/>. It begins anew where it is broken off, for it sees one moment of each side.</summary>
sealed class VerifyKind : JobKind<VerifyDefinition>
{
    public override string Name => "verify";

    public override IReadOnlyList<string> Secrets { get; } = ["from", "to"];

    public override string? RemoteField(JsonElement definition) => "to";

    protected override void Check(VerifyDefinition definition, List<string> errors)
    {
        JobAddress.Check("from", definition.From, errors);
        JobAddress.Check("to", definition.To, errors);
    }

    protected override JobAssessment Assess(VerifyDefinition definition, JobContext context, CancellationToken cancellationToken)
    {
        (DatabaseAddress from, DatabaseAddress to) = (DatabaseAddress.Parse(definition.From!), context.TargetAt(definition.To!));
        using IDatabase here = from.Open(), there = to.Open();
        TableName[] mine = [.. here.ListTables()];
        HashSet<string> others = new(there.ListTables().Select(table => table.Name), StringComparer.OrdinalIgnoreCase);
        TableName[] pairs = [.. mine.Where(table => others.Contains(table.Name))];
        string[] blockers = pairs.Length == 0 ? [$"No table of {from} is in {to} by name: there is nothing to compare."] : [];
        return new JobAssessment($"{from} and {to}: {pairs.Length} of {mine.Length} tables are on both sides.", [.. pairs.Select(table => new AssessedTable(table.ToString(), -1, null))],
            [.. mine.Where(table => !others.Contains(table.Name)).Select(table => new HandWork("table", table.ToString(), "the other side has none of this name"))], blockers, -1, null);
    }

    protected override JobResult Run(VerifyDefinition definition, JobContext context, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(context.Folder);
        SignedCertificate signed = new Certifying(context, DatabaseAddress.Parse(definition.From!), context.TargetAt(definition.To!), definition.Tables, definition.Without).Make(null, 0, cancellationToken);
        Certificate certificate = signed.Certificate;
        return new JobResult(certificate.IsEqual, Certifying.Say(certificate)) { Rows = certificate.Tables.Sum(table => Math.Max(0, table.FromRows)), Certificate = signed.ToJson() };
    }
}
