using System.Data.Common;
using Orrery.Jobs.Running;

namespace Orrery.Jobs.Work;

/// <summary>How a run that ended by an error is to be taken.</summary>
public static class JobErrors
{
    const int TextMax = 2_000;

    /// <summary>Whether another run may get further without a person's doing: a database that was away, a connection that broke.</summary>
    public static bool IsPassing(Exception error) => error is Integration.Cloud.CloudException { IsPassing: true } or GivenUpException { InnerException: not null } || error is not (TokenOverruledException or MigrationBlockedException or RejectQuotaException or ArgumentException or Archives.ArchiveException or Following.FollowException or DataX.DataXException or UnauthorizedAccessException) && Outage.IsPassing(error);

    /// <summary>Whether it is one of the errors that jobs are expected to end with, told by their message alone; others are faults of the program.</summary>
    public static bool IsExpected(Exception error) =>
        error is DbException or Integration.Cloud.CloudException or IOException or ArgumentException or Archives.ArchiveException or Following.FollowException or DataX.DataXException or Connectors.ChangeCapture.ChangeSourceException or RejectQuotaException or TokenOverruledException or MigrationBlockedException or TimeoutException or UnauthorizedAccessException or Connectors.Rows.ValueRangeException || Outage.IsPassing(error);

    /// <summary>What is told, of bounded length.</summary>
    public static string Text(Exception error) => error.Message.Length <= TextMax ? error.Message : error.Message[..TextMax] + "…";
}
