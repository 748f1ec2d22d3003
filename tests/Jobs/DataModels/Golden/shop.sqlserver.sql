
-- table customers: 客户
CREATE TABLE [customers] ([id] bigint IDENTITY(1,1) NOT NULL, [code] nvarchar(20) COLLATE Latin1_General_100_BIN2 NOT NULL, [name] nvarchar(200) COLLATE Latin1_General_100_BIN2 NOT NULL, [level] smallint DEFAULT 1 NOT NULL, [is_active] bit DEFAULT 1 NOT NULL, [credit] decimal(18,2) DEFAULT 0 NOT NULL, [created] datetime2(3) DEFAULT SYSDATETIME() NOT NULL, PRIMARY KEY ([id]), CONSTRAINT [customers_level] CHECK ([level] BETWEEN 1 AND 5), CONSTRAINT [customers_credit] CHECK ([credit] >= 0));
GO

CREATE UNIQUE INDEX [customers_code] ON [customers] ([code]);
GO

EXEC sys.sp_addextendedproperty N'MS_Description', N'客户', N'SCHEMA', N'dbo', N'TABLE', N'customers';
GO

EXEC sys.sp_addextendedproperty N'MS_Description', N'内码', N'SCHEMA', N'dbo', N'TABLE', N'customers', N'COLUMN', N'id';
GO

EXEC sys.sp_addextendedproperty N'MS_Description', N'客户编码', N'SCHEMA', N'dbo', N'TABLE', N'customers', N'COLUMN', N'code';
GO

EXEC sys.sp_addextendedproperty N'MS_Description', N'客户名称', N'SCHEMA', N'dbo', N'TABLE', N'customers', N'COLUMN', N'name';
GO

EXEC sys.sp_addextendedproperty N'MS_Description', N'等级', N'SCHEMA', N'dbo', N'TABLE', N'customers', N'COLUMN', N'level';
GO

EXEC sys.sp_addextendedproperty N'MS_Description', N'是否启用', N'SCHEMA', N'dbo', N'TABLE', N'customers', N'COLUMN', N'is_active';
GO

EXEC sys.sp_addextendedproperty N'MS_Description', N'信用额度', N'SCHEMA', N'dbo', N'TABLE', N'customers', N'COLUMN', N'credit';
GO

EXEC sys.sp_addextendedproperty N'MS_Description', N'建立时间', N'SCHEMA', N'dbo', N'TABLE', N'customers', N'COLUMN', N'created';
GO

-- table units: 计量单位
CREATE TABLE [units] ([code] nvarchar(10) COLLATE Latin1_General_100_BIN2 NOT NULL, [name] nvarchar(80) COLLATE Latin1_General_100_BIN2 NOT NULL, PRIMARY KEY ([code]));
GO

EXEC sys.sp_addextendedproperty N'MS_Description', N'计量单位', N'SCHEMA', N'dbo', N'TABLE', N'units';
GO

EXEC sys.sp_addextendedproperty N'MS_Description', N'名称', N'SCHEMA', N'dbo', N'TABLE', N'units', N'COLUMN', N'name';
GO

-- table materials: 物料
CREATE TABLE [materials] ([number] nvarchar(30) COLLATE Latin1_General_100_BIN2 NOT NULL, [name] nvarchar(400) COLLATE Latin1_General_100_BIN2 NOT NULL, [unit] nvarchar(10) COLLATE Latin1_General_100_BIN2 DEFAULT N'PCS' NOT NULL, [price] decimal(18,4) NULL, [properties] nvarchar(max) COLLATE Latin1_General_100_BIN2 NULL, [photo] varbinary(max) NULL, [mark] uniqueidentifier NULL, PRIMARY KEY ([number]));
GO

EXEC sys.sp_addextendedproperty N'MS_Description', N'物料', N'SCHEMA', N'dbo', N'TABLE', N'materials';
GO

EXEC sys.sp_addextendedproperty N'MS_Description', N'物料名称', N'SCHEMA', N'dbo', N'TABLE', N'materials', N'COLUMN', N'name';
GO

EXEC sys.sp_addextendedproperty N'MS_Description', N'基本单位', N'SCHEMA', N'dbo', N'TABLE', N'materials', N'COLUMN', N'unit';
GO

-- table orders: 销售订单
CREATE TABLE [orders] ([id] bigint IDENTITY(1,1) NOT NULL, [number] nvarchar(30) COLLATE Latin1_General_100_BIN2 NOT NULL, [customer] bigint NOT NULL, [day] date DEFAULT (CONVERT(date, GETDATE())) NOT NULL, [status] nvarchar(2) COLLATE Latin1_General_100_BIN2 DEFAULT N'Z' NOT NULL, [note] nvarchar(max) COLLATE Latin1_General_100_BIN2 NULL, PRIMARY KEY ([id]), CONSTRAINT [orders_status] CHECK ([status] IN ( N'Z' , N'A' , N'B' , N'C' )));
GO

CREATE UNIQUE INDEX [orders_number] ON [orders] ([number]);
GO

CREATE INDEX [orders_customer_day] ON [orders] ([customer], [day]);
GO

EXEC sys.sp_addextendedproperty N'MS_Description', N'销售订单', N'SCHEMA', N'dbo', N'TABLE', N'orders';
GO

EXEC sys.sp_addextendedproperty N'MS_Description', N'内码', N'SCHEMA', N'dbo', N'TABLE', N'orders', N'COLUMN', N'id';
GO

EXEC sys.sp_addextendedproperty N'MS_Description', N'单据编号', N'SCHEMA', N'dbo', N'TABLE', N'orders', N'COLUMN', N'number';
GO

EXEC sys.sp_addextendedproperty N'MS_Description', N'客户内码', N'SCHEMA', N'dbo', N'TABLE', N'orders', N'COLUMN', N'customer';
GO

EXEC sys.sp_addextendedproperty N'MS_Description', N'日期', N'SCHEMA', N'dbo', N'TABLE', N'orders', N'COLUMN', N'day';
GO

EXEC sys.sp_addextendedproperty N'MS_Description', N'状态: Z 暂存, A 创建, B 审核中, C 已审核', N'SCHEMA', N'dbo', N'TABLE', N'orders', N'COLUMN', N'status';
GO

EXEC sys.sp_addextendedproperty N'MS_Description', N'备注', N'SCHEMA', N'dbo', N'TABLE', N'orders', N'COLUMN', N'note';
GO

-- table order_lines: 销售订单分录
CREATE TABLE [order_lines] ([order_id] bigint NOT NULL, [line] int NOT NULL, [material] nvarchar(30) COLLATE Latin1_General_100_BIN2 NOT NULL, [quantity] decimal(18,4) NOT NULL, [price] decimal(18,4) NOT NULL, [amount] AS ([quantity] * [price]) PERSISTED, PRIMARY KEY ([order_id], [line]), CONSTRAINT [order_lines_quantity] CHECK ([quantity] <> 0));
GO

EXEC sys.sp_addextendedproperty N'MS_Description', N'销售订单分录', N'SCHEMA', N'dbo', N'TABLE', N'order_lines';
GO

EXEC sys.sp_addextendedproperty N'MS_Description', N'数量', N'SCHEMA', N'dbo', N'TABLE', N'order_lines', N'COLUMN', N'quantity';
GO

EXEC sys.sp_addextendedproperty N'MS_Description', N'单价', N'SCHEMA', N'dbo', N'TABLE', N'order_lines', N'COLUMN', N'price';
GO

EXEC sys.sp_addextendedproperty N'MS_Description', N'金额', N'SCHEMA', N'dbo', N'TABLE', N'order_lines', N'COLUMN', N'amount';
GO

-- rows of units
INSERT INTO [units] ([code], [name]) VALUES (N'PCS', N'件');
GO

INSERT INTO [units] ([code], [name]) VALUES (N'KG', N'千克');
GO

INSERT INTO [units] ([code], [name]) VALUES (N'BOX', N'箱''s');
GO

-- materials: its (unit) names rows of units
ALTER TABLE [materials] ADD CONSTRAINT [materials_unit] FOREIGN KEY ([unit]) REFERENCES [units] ([code]);
GO

-- orders: its (customer) names rows of customers
ALTER TABLE [orders] ADD CONSTRAINT [orders_customer] FOREIGN KEY ([customer]) REFERENCES [customers] ([id]);
GO

-- order_lines: its (order_id) names rows of orders
ALTER TABLE [order_lines] ADD CONSTRAINT [order_lines_order] FOREIGN KEY ([order_id]) REFERENCES [orders] ([id]) ON DELETE CASCADE;
GO

-- order_lines: its (material) names rows of materials
ALTER TABLE [order_lines] ADD CONSTRAINT [order_lines_material] FOREIGN KEY ([material]) REFERENCES [materials] ([number]);
GO
