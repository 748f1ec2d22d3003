using Orrery.Runtime.Hosting;

namespace Orrery.WebApi.Cluster;

/// <param name="Types">The ledger: per grain type what fell due since its reminders were registered, and what became of it. Null where it cannot be read from here.</param>
/// <param name="Problem">Why the ledger cannot be read; null where it can.</param>
/// <param name="Silos">What each silo that answered has fired since its start.</param>
internal sealed record ReminderView(IReadOnlyList<ReminderTypeAccount>? Types, string? Problem, IReadOnlyList<ReminderPlace> Silos);

/// <param name="Running">Due, and without an outcome yet.</param>
/// <param name="Late">Begun later than allowed after their time.</param>
/// <param name="Repeated">Begun again after an attempt without outcome.</param>
/// <param name="Overdue">Reminders that wait for longer than that now.</param>
/// <param name="Lost">Fires without any account. Anything but 0 is a fault.</param>
internal sealed record ReminderPlace(string Silo, long Due, long Ran, long Failed, long Missed, long Running, long Late, long Repeated, long Overdue, long Lost);
