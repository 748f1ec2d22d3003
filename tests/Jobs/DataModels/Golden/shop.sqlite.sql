-- comment customers: SQLite keeps no comments of tables and columns
-- comment units: SQLite keeps no comments of tables and columns
-- comment materials: SQLite keeps no comments of tables and columns
-- comment orders: SQLite keeps no comments of tables and columns
-- comment order_lines: SQLite keeps no comments of tables and columns

-- foreign keys are kept from here on by who opens the database
PRAGMA foreign_keys = OFF;

-- table customers: 客户
CREATE TABLE "customers" ("id" INTEGER  NOT NULL PRIMARY KEY, "code" VARCHAR(20) NOT NULL, "name" VARCHAR(100) NOT NULL, "level" INTEGER16 DEFAULT 1 NOT NULL, "is_active" BOOLEAN DEFAULT 1 NOT NULL, "credit" DECIMAL_TEXT(18,2) DEFAULT 0 NOT NULL, "created" DATETIME(3) DEFAULT CURRENT_TIMESTAMP NOT NULL, CONSTRAINT "customers_level" CHECK ("level" BETWEEN 1 AND 5), CONSTRAINT "customers_credit" CHECK ("credit" >= 0));

CREATE UNIQUE INDEX "customers_code" ON "customers" ("code");

-- table units: 计量单位
CREATE TABLE "units" ("code" VARCHAR(10) NOT NULL, "name" VARCHAR(40) NOT NULL, PRIMARY KEY ("code"));

-- table materials: 物料
CREATE TABLE "materials" ("number" VARCHAR(30) NOT NULL, "name" VARCHAR(200) NOT NULL, "unit" VARCHAR(10) DEFAULT 'PCS' NOT NULL, "price" DECIMAL_TEXT(18,4) NULL, "properties" JSON_TEXT NULL, "photo" BLOB NULL, "mark" UUID NULL, PRIMARY KEY ("number"), CONSTRAINT "materials_unit" FOREIGN KEY ("unit") REFERENCES "units" ("code"));

-- table orders: 销售订单
CREATE TABLE "orders" ("id" INTEGER  NOT NULL PRIMARY KEY, "number" VARCHAR(30) NOT NULL, "customer" INTEGER NOT NULL, "day" DATE DEFAULT CURRENT_DATE NOT NULL, "status" VARCHAR(1) DEFAULT 'Z' NOT NULL, "note" TEXT NULL, CONSTRAINT "orders_status" CHECK ("status" IN ( 'Z' , 'A' , 'B' , 'C' )), CONSTRAINT "orders_customer" FOREIGN KEY ("customer") REFERENCES "customers" ("id") ON DELETE RESTRICT);

CREATE UNIQUE INDEX "orders_number" ON "orders" ("number");

CREATE INDEX "orders_customer_day" ON "orders" ("customer", "day");

-- table order_lines: 销售订单分录
CREATE TABLE "order_lines" ("order_id" INTEGER NOT NULL, "line" INTEGER32 NOT NULL, "material" VARCHAR(30) NOT NULL, "quantity" DECIMAL_TEXT(18,4) NOT NULL, "price" DECIMAL_TEXT(18,4) NOT NULL, "amount" DECIMAL_TEXT(38,8) GENERATED ALWAYS AS ("quantity" * "price") STORED, PRIMARY KEY ("order_id", "line"), CONSTRAINT "order_lines_quantity" CHECK ("quantity" <> 0), CONSTRAINT "order_lines_order" FOREIGN KEY ("order_id") REFERENCES "orders" ("id") ON DELETE CASCADE, CONSTRAINT "order_lines_material" FOREIGN KEY ("material") REFERENCES "materials" ("number"));

-- rows of units
INSERT INTO "units" ("code", "name") VALUES ('PCS', '件');

INSERT INTO "units" ("code", "name") VALUES ('KG', '千克');

INSERT INTO "units" ("code", "name") VALUES ('BOX', '箱''s');
