using Orrery.Runtime.Storage;

namespace Orrery.Runtime.Tests.Persistence;

public sealed class MemoryGrainStorageTests : GrainStorageCompliance
{
    protected override Task<IFencedGrainStorage> CreateAsync() => Task.FromResult<IFencedGrainStorage>(new MemoryGrainStorage());
}

public sealed class MemoryReminderTableTests : ReminderTableCompliance
{
    protected override Task<IReminderTable> CreateAsync() => Task.FromResult<IReminderTable>(new MemoryReminderTable());
}
